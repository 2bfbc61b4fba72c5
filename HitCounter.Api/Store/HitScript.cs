using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HitCounter.Api.Store;

/// <summary>
/// The one write of the counter. The counter and the writer's last write lie side by side (same hash tag), so that one
/// script can add exactly once: a write it has seen is answered with what it came to, an older one is refused, because it
/// can only be a copy that was held up on its way.
/// </summary>
internal static class HitScript
{
    /// <summary>KEYS: the counter, the writer's entry. ARGV: sequence, hits, life of the entry in seconds.</summary>
    public const string Text =
        """
        local entry = redis.call('GET', KEYS[2])
        if entry then
          local last, total = string.match(entry, '^(%d+):(%d+)$')
          last = tonumber(last)
          local this = tonumber(ARGV[1])
          if this == last then
            redis.call('EXPIRE', KEYS[2], ARGV[3])
            return {tonumber(total), 1}
          elseif this < last then
            return redis.error_reply('STALEWRITE a later write of this writer is in the store already')
          end
        end
        local total = redis.call('INCRBY', KEYS[1], ARGV[2])
        redis.call('SET', KEYS[2], ARGV[1] .. ':' .. string.format('%.0f', total), 'EX', ARGV[3])
        return {total, 0}
        """;

    public const string StaleWrite = "STALEWRITE";

#pragma warning disable CA5350 // The server names scripts by their SHA-1.
    public static readonly string Sha = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Text)));
#pragma warning restore CA5350

    /// <summary>
    /// How long an entry outlives its writer's last write. Much longer than any copy of a write can be under way; there
    /// is one entry of some 60 bytes per process.
    /// </summary>
    public static readonly string EntryLifeSeconds = TimeSpan.FromDays(1).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
