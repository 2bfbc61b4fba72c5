namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>Passes over a value of any type. What it means is the servers' business; only where it ends matters here.</summary>
internal static class RdbValues
{
    private const int StreamIdLength = 16;
    private const int TimeLength = 8;
    private const int DoubleLength = 8;

    /// <exception cref="RdbFormatException">The type is not known, or the value is not of its type.</exception>
    public static void Skip(RdbInput input, byte type, RdbDialect dialect)
    {
        switch (type)
        {
            case RdbType.String or RdbType.HashZipmap or RdbType.ListZiplist or RdbType.SetIntset or RdbType.SortedSetZiplist or RdbType.HashZiplist
                or RdbType.HashListpack or RdbType.SortedSetListpack or RdbType.SetListpack:
                input.SkipString();
                break;
            case RdbType.List or RdbType.Set or RdbType.ListQuicklist:
                Repeat(input, static input => input.SkipString());
                break;
            case RdbType.Hash:
                Repeat(input, static input => SkipStrings(input, 2));
                break;
            case RdbType.SortedSet:
                Repeat(input, static input =>
                {
                    input.SkipString();
                    SkipTextDouble(input);
                });
                break;
            case RdbType.SortedSet2:
                Repeat(input, static input =>
                {
                    input.SkipString();
                    input.Skip(DoubleLength);
                });
                break;
            case RdbType.ListQuicklist2:
                Repeat(input, static input =>
                {
                    input.ReadLength();
                    input.SkipString();
                });
                break;
            case RdbType.Stream or RdbType.Stream2 or RdbType.Stream3:
                SkipStream(input, type);
                break;
            case RdbType.Module2:
                input.ReadLength();
                SkipModuleValues(input);
                break;
            case RdbType.ValkeyHash2 when dialect == RdbDialect.Valkey:
                Repeat(input, static input =>
                {
                    SkipStrings(input, 2);
                    input.Skip(TimeLength);
                });
                break;
            case >= RdbType.HashMetadataBeforeRelease and <= RdbType.Stream5 when dialect == RdbDialect.Redis:
                SkipLater(input, type);
                break;
            default:
                throw new RdbFormatException($"a value of type {type} is not known here; it takes a newer version of this tool");
        }
    }

    /// <summary>What a module wrote: each item says what it is, up to an end mark.</summary>
    public static void SkipModuleValues(RdbInput input)
    {
        while (true)
        {
            switch (input.ReadLength())
            {
                case 0:
                    return;
                case 1 or 2:
                    input.ReadLength();
                    break;
                case 3:
                    input.Skip(4);
                    break;
                case 4:
                    input.Skip(8);
                    break;
                case 5:
                    input.SkipString();
                    break;
                default:
                    throw new RdbFormatException($"a module's data before byte {input.Offset} is of no known kind");
            }
        }
    }

    // Redis 7.4 and later.
    private static void SkipLater(RdbInput input, byte type)
    {
        switch (type)
        {
            case RdbType.HashListpackExBeforeRelease:
                input.SkipString();
                break;
            case RdbType.HashListpackEx:
                input.Skip(TimeLength);
                input.SkipString();
                break;
            case RdbType.HashMetadata or RdbType.HashMetadataBeforeRelease:
                input.Skip(type == RdbType.HashMetadata ? TimeLength : 0);
                Repeat(input, static input =>
                {
                    input.ReadLength();
                    SkipStrings(input, 2);
                });
                break;
            default:
                SkipStream(input, type);
                break;
        }
    }

    private static void SkipStream(RdbInput input, byte type)
    {
        Repeat(input, static input => SkipStrings(input, 2));

        // Length and last id; since version 2 also first id, highest deleted id, entries ever added.
        SkipLengths(input, type == RdbType.Stream ? 3 : 8);
        for (var groups = input.ReadCount(); groups > 0; groups--)
        {
            SkipGroup(input, type);
        }

        if (type >= RdbType.Stream4)
        {
            SkipProducers(input);
        }
    }

    private static void SkipGroup(RdbInput input, byte type)
    {
        input.SkipString();
        SkipLengths(input, type == RdbType.Stream ? 2 : 3);
        Repeat(input, static input =>
        {
            input.Skip(StreamIdLength + TimeLength);
            input.ReadLength();
        });
        for (var consumers = input.ReadCount(); consumers > 0; consumers--)
        {
            input.SkipString();
            input.Skip(type >= RdbType.Stream3 ? 2 * TimeLength : TimeLength);
            Repeat(input, static input => input.Skip(StreamIdLength));
        }

        if (type >= RdbType.Stream5)
        {
            Repeat(input, static input => input.Skip(StreamIdLength));
        }
    }

    // Redis 8.6: what idempotent producers have sent.
    private static void SkipProducers(RdbInput input)
    {
        SkipLengths(input, 2);
        Repeat(input, static input =>
        {
            input.SkipString();
            Repeat(input, static input =>
            {
                input.SkipString();
                SkipLengths(input, 2);
            });
        });
        SkipLengths(input, 2);
    }

    // A length and so many digits; 253 to 255 stand for what is no number.
    private static void SkipTextDouble(RdbInput input)
    {
        var length = input.ReadByte();
        input.Skip(length < 253 ? length : 0);
    }

    private static void Repeat(RdbInput input, Action<RdbInput> skip)
    {
        for (var count = input.ReadCount(); count > 0; count--)
        {
            skip(input);
        }
    }

    private static void SkipStrings(RdbInput input, int count)
    {
        for (; count > 0; count--)
        {
            input.SkipString();
        }
    }

    private static void SkipLengths(RdbInput input, int count)
    {
        for (; count > 0; count--)
        {
            input.ReadLength();
        }
    }
}
