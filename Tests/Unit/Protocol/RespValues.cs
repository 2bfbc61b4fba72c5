using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using RedisCluster.Protocol;

namespace Unit.Protocol;

/// <summary>Any value a node can send.</summary>
internal static class RespValues
{
    public static Arbitrary<RespValue> Any() => Arb.From(Gen.Sized(size => Value(Math.Min(size, 20))));

    private static Gen<RespValue> Value(int size)
    {
        var leaf = Gen.OneOf(
            Gen.Constant(RespValue.Null),
            Text().Select(RespValue.SimpleString),
            Text().Select(text => RespValue.Error($"ERR {text}")),
            Gen.OneOf(Gen.Elements(long.MinValue, -1L, 0L, long.MaxValue), Gen.Choose(-100000, 100000).Select(n => (long)n)).Select(RespValue.Number),
            ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => RespValue.BulkString(bytes)),
            ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => RespValue.OfBytes(RespKind.Verbatim, (byte[])[.. "txt:"u8, .. bytes])),
            ArbMap.Default.GeneratorFor<double>().Select(RespValue.Real),
            ArbMap.Default.GeneratorFor<bool>().Select(RespValue.Truth),
            ArbMap.Default.GeneratorFor<long>().Select(n => RespValue.BigNumber(new BigInteger(n) * long.MaxValue)));
        if (size < 2)
        {
            return leaf;
        }

        var items = Gen.Choose(0, 5).SelectMany(count => Gen.ArrayOf(Value(size / 3), count));
        return Gen.Frequency(
            (3, leaf),
            (1, items.Select(list => RespValue.Array(list))),
            (1, items.Select(list => RespValue.Set(list))),
            (1, items.Where(list => list.Length % 2 == 0).Select(list => RespValue.Map(list))),
            (1, items.Select(list => RespValue.OfItems(RespKind.Push, list))));
    }

    private static Gen<string> Text() => ArbMap.Default.GeneratorFor<NonNull<string>>()
        .Select(text => string.Concat(text.Get.Where(c => c is not ('\r' or '\n') && !char.IsSurrogate(c))));
}
