using System.Text.Json.Nodes;

namespace NetBox.Tools.Reports;

/// <summary>What each node answered to one command.</summary>
/// <param name="Command">The command's first words; its arguments may hold secrets.</param>
/// <param name="Nodes">By address.</param>
/// <param name="Failed">How many answered with an error or not at all.</param>
internal sealed record ClusterCallReport(string Command, IReadOnlyList<NodeAnswerReport> Nodes, int Failed);

/// <param name="Node">host:port.</param>
/// <param name="Role"><c>master</c>, <c>replica</c> or <c>unknown</c>.</param>
/// <param name="Answer">Text, number, truth value, null, list or object, as the node sent it; null where it did not.</param>
/// <param name="Error">The error it answered with, or why there is no answer; null when all is well.</param>
/// <param name="Answered">Whether there was an answer at all.</param>
internal sealed record NodeAnswerReport(string Node, string Role, JsonNode? Answer, string? Error, bool Answered);
