using System.Globalization;
using RedisCluster.Operations;

namespace NetBox.Tools.Operations;

/// <summary>How an operation ended, in words.</summary>
internal static class OutcomeText
{
    public static string Of(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.NothingToDo => "nothing-to-do",
        OperationOutcome.Planned => "planned",
        OperationOutcome.Declined => "declined",
        _ => "done",
    };

    public static string Line(string operation, OperationResult result) => result.Outcome switch
    {
        OperationOutcome.NothingToDo => $"{operation}: nothing to do",
        OperationOutcome.Planned => $"{operation}: this is the plan; nothing was changed",
        OperationOutcome.Declined => $"{operation}: nothing was changed",
        _ => string.Create(CultureInfo.InvariantCulture, $"{operation}: done, {Text.Count(result.StepsDone, "step")} in {result.Elapsed.TotalSeconds:0.00} s"),
    };
}
