namespace HitCounter.Api.Counting;

/// <summary>The answer to one hit. <see cref="Number"/> means something only where it was counted.</summary>
internal readonly record struct HitResult(HitStatus Status, long Number = 0);
