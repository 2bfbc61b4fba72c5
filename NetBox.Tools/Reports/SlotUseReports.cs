using NetBox.Tools.Slots;

namespace NetBox.Tools.Reports;

/// <summary>Who serves which slots, and what is in them.</summary>
/// <param name="Map">The slot map.</param>
/// <param name="Hot">The slots that are used most.</param>
/// <param name="Keys">Keys per slot; null when they were not asked for.</param>
/// <param name="Big">The biggest keys; null when they were not asked for.</param>
internal sealed record SlotUseReport(ClusterSlotsReport Map, HotSlotsReport Hot, SlotKeysReport? Keys, BigKeysReport? Big);

/// <summary>The slots that are used most, by what the servers count (CLUSTER SLOT-STATS).</summary>
/// <param name="OverMs">Over how many milliseconds it was counted; null is since each server began to count.</param>
/// <param name="By">What they are ordered by: <c>cpu-usec</c>, or <c>key-count</c> where the servers count nothing else.</param>
/// <param name="Slots">The hottest first; empty where no server counts.</param>
/// <param name="Notes">Which servers do not count, and what makes them.</param>
internal sealed record HotSlotsReport(double? OverMs, string By, IReadOnlyList<HotSlot> Slots, IReadOnlyList<string> Notes);

/// <param name="Slot">0 to 16383.</param>
/// <param name="Node">host:port of its master.</param>
/// <param name="Keys">Keys in it.</param>
/// <param name="CpuMicroseconds">Time spent on commands for it; null where that is not counted.</param>
/// <param name="BytesIn">Bytes of such commands; null where that is not counted.</param>
/// <param name="BytesOut">Bytes of their answers; null where that is not counted.</param>
internal sealed record HotSlot(int Slot, string Node, long Keys, long? CpuMicroseconds, long? BytesIn, long? BytesOut);

/// <summary>Keys per slot, as the masters count them.</summary>
/// <param name="Keys">In all slots.</param>
/// <param name="SlotsInUse">Slots with at least one key.</param>
/// <param name="Counts">Slots with at least one key, in order.</param>
internal sealed record SlotKeysReport(long Keys, int SlotsInUse, IReadOnlyList<SlotCount> Counts);

internal sealed record SlotCount(int Slot, long Keys);

/// <summary>The biggest keys of those that were looked at.</summary>
/// <param name="Keys">The biggest first.</param>
/// <param name="Scans">Where was looked, and how far.</param>
internal sealed record BigKeysReport(IReadOnlyList<BigKey> Keys, IReadOnlyList<KeyScan> Scans);

/// <param name="Key">Its name as <see cref="KeyName"/> writes it.</param>
/// <param name="Slot">0 to 16383.</param>
/// <param name="Type">Such as <c>string</c>, <c>hash</c>, <c>stream</c>; <c>none</c> when it has gone meanwhile.</param>
/// <param name="Bytes">Memory it takes with its name, estimated by the server (MEMORY USAGE).</param>
/// <param name="Node">host:port where it was found.</param>
internal sealed record BigKey(string Key, int Slot, string Type, long Bytes, string Node);

/// <param name="Node">host:port that was asked; that of the master when nobody could be.</param>
/// <param name="Role"><c>master</c> or <c>replica</c>.</param>
/// <param name="Looked">Keys it was asked about.</param>
/// <param name="Keys">Keys it holds; null when it did not say.</param>
/// <param name="Complete">Whether every key was looked at.</param>
/// <param name="Problem">Why nothing more came; null when all went well.</param>
internal sealed record KeyScan(string Node, string Role, long Looked, long? Keys, bool Complete, string? Problem);
