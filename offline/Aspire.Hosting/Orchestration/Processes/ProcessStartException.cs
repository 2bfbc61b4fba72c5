namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>A process that could not be started; the message is one line for the resource's log.</summary>
internal sealed class ProcessStartException(string message, Exception? inner = null) : Exception(message, inner);
