using RedisCluster.Planning;

namespace RedisCluster.Operations;

/// <summary>Called after each step, counted from 1. With a hook the steps are done strictly one after another.</summary>
internal delegate void AfterStep(int number, PlanStep step);

/// <summary>Ends a run as SIGKILL would: at once, and nothing is put back.</summary>
internal sealed class InjectedKillException : Exception;
