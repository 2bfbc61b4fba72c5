using Microsoft.Extensions.ObjectPool;

namespace HitCounter.Api.Counting;

/// <summary>Hits that are not in use.</summary>
internal sealed class HitPool : ObjectPool<Hit>
{
    private readonly DefaultObjectPool<Hit> _inner;

    public HitPool(int retained) => _inner = new DefaultObjectPool<Hit>(new Policy(this), retained);

    public override Hit Get() => _inner.Get();

    public override void Return(Hit obj) => _inner.Return(obj);

    private sealed class Policy(HitPool owner) : PooledObjectPolicy<Hit>
    {
        public override Hit Create() => new(owner);

        public override bool Return(Hit obj) => true;
    }
}
