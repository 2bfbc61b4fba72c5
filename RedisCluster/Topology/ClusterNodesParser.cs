using System.Collections.Immutable;
using System.Globalization;

namespace RedisCluster.Topology;

/// <summary>Reads the lines of CLUSTER NODES.</summary>
internal static class ClusterNodesParser
{
    private const int FixedFields = 8;

    public static ClusterView Parse(string text)
    {
        var nodes = ImmutableArray.CreateBuilder<ClusterNode>();
        var byId = new Dictionary<NodeId, ClusterNode>();
        ClusterNode? myself = null;
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            // nodes.conf ends with a line of the node's own variables.
            if (raw.IsEmpty || raw.StartsWith("vars ", StringComparison.Ordinal))
            {
                continue;
            }

            var node = ParseLine(raw, number);
            if (!byId.TryAdd(node.Id, node))
            {
                throw Malformed(number, "id", $"{node.Id} appears twice");
            }

            if (node.IsMyself)
            {
                myself = myself is null ? node : throw Malformed(number, "flags", "a second node says myself");
            }

            nodes.Add(node);
        }

        return myself is null
            ? throw new FormatException("CLUSTER NODES: no line is flagged myself.")
            : new ClusterView(nodes.ToImmutable(), byId, myself);
    }

    private static ClusterNode ParseLine(ReadOnlySpan<char> line, int number)
    {
        Span<Range> fields = stackalloc Range[FixedFields + 1];
        var count = line.Split(fields, ' ');
        if (count < FixedFields)
        {
            throw Malformed(number, "line", $"{count} fields, expected at least {FixedFields}");
        }

        if (!NodeId.TryParse(line[fields[0]], out var id))
        {
            throw Malformed(number, "id", line[fields[0]]);
        }

        if (!NodeAddress.TryParse(line[fields[1]], out var address))
        {
            throw Malformed(number, "address", line[fields[1]]);
        }

        var slots = new SlotFields();
        if (count > FixedFields)
        {
            slots.Parse(line[fields[FixedFields]], number);
        }

        return new ClusterNode
        {
            Id = id,
            Address = address,
            Flags = ParseFlags(line[fields[2]], number),
            MasterId = ParseMaster(line[fields[3]], number),
            PingSent = ParseNumber(line[fields[4]], number, "ping-sent"),
            PongReceived = ParseNumber(line[fields[5]], number, "pong-recv"),
            ConfigEpoch = ParseNumber(line[fields[6]], number, "config-epoch"),
            IsLinkConnected = line[fields[7]] switch
            {
                "connected" => true,
                "disconnected" => false,
                var other => throw Malformed(number, "link-state", other),
            },
            Slots = slots.Ranges.Count == 0 ? SlotSet.Empty : SlotSet.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(slots.Ranges)),
            Migrating = [.. slots.Migrating],
            Importing = [.. slots.Importing],
        };
    }

    private static NodeFlags ParseFlags(ReadOnlySpan<char> text, int number)
    {
        var flags = NodeFlags.None;
        foreach (var range in text.Split(','))
        {
            var flag = text[range];
            flags |= flag switch
            {
                "myself" => NodeFlags.Myself,
                "master" => NodeFlags.Master,
                "slave" or "replica" => NodeFlags.Replica,
                "fail?" => NodeFlags.PossibleFailure,
                "fail" => NodeFlags.Failure,
                "handshake" => NodeFlags.Handshake,
                "noaddr" => NodeFlags.NoAddress,
                "nofailover" => NodeFlags.NoFailover,
                "noflags" => NodeFlags.None,
                // A newer server may have flags of its own; they do not change what the known ones mean.
                _ when flag.Length > 0 && !flag.ContainsAnyExceptInRange('a', 'z') => NodeFlags.None,
                _ => throw Malformed(number, "flags", text),
            };
        }

        return flags;
    }

    private static NodeId? ParseMaster(ReadOnlySpan<char> text, int number) =>
        text is "-" ? null : NodeId.TryParse(text, out var id) ? id : throw Malformed(number, "master", text);

    private static long ParseNumber(ReadOnlySpan<char> text, int number, string field) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Malformed(number, field, text);

    private static FormatException Malformed(int line, string field, ReadOnlySpan<char> found) =>
        new($"CLUSTER NODES line {line}, {field}: '{found}' is not valid.");

    private sealed class SlotFields
    {
        public List<SlotRange> Ranges { get; } = [];

        public List<OpenSlot> Migrating { get; } = [];

        public List<OpenSlot> Importing { get; } = [];

        public void Parse(ReadOnlySpan<char> text, int number)
        {
            foreach (var range in text.Split(' '))
            {
                var field = text[range];
                if (field.IsEmpty)
                {
                    continue;
                }

                if (SlotRange.TryParse(field, out var slots))
                {
                    Ranges.Add(slots);
                }
                else if (!TryParseOpen(field))
                {
                    throw Malformed(number, "slots", field);
                }
            }
        }

        private bool TryParseOpen(ReadOnlySpan<char> field)
        {
            // [77->-<id>] is migrating to, [93-<-<id>] importing from.
            if (field.Length < 2 || field[0] != '[' || field[^1] != ']')
            {
                return false;
            }

            var body = field[1..^1];
            var dash = body.IndexOf('-');
            if (dash < 0
                || body.Length < dash + 3
                || body[dash + 2] != '-'
                || !SlotRange.TryParseSlot(body[..dash], out var slot)
                || !NodeId.TryParse(body[(dash + 3)..], out var peer))
            {
                return false;
            }

            switch (body[dash + 1])
            {
                case '>':
                    Migrating.Add(new OpenSlot(slot, peer));
                    return true;
                case '<':
                    Importing.Add(new OpenSlot(slot, peer));
                    return true;
                default:
                    return false;
            }
        }
    }
}
