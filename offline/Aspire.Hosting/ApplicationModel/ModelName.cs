using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public interface IModelNameParameter;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ResourceNameAttribute : Attribute, IModelNameParameter;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EndpointNameAttribute : Attribute, IModelNameParameter;

internal static class ModelName
{
    private const int MaxLength = 64;

    public static void Validate(string target, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Fault(target, name) is { } fault)
        {
            throw new ArgumentException(fault, nameof(name));
        }
    }

    public static bool IsValid(string target, string name, [NotNullWhen(false)] out string? fault) => (fault = Fault(target, name)) is null;

    private static string? Fault(string target, string name)
    {
        return name switch
        {
            { Length: 0 or > MaxLength } => $"{target} name '{name}' is invalid. Name must be between 1 and {MaxLength} characters long.",
            _ when !char.IsAsciiLetter(name[0]) => $"{target} name '{name}' is invalid. Name must start with an ASCII letter.",
            _ when name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-') => $"{target} name '{name}' is invalid. Name must contain only ASCII letters, digits, and hyphens.",
            _ when name.Contains("--", StringComparison.Ordinal) => $"{target} name '{name}' is invalid. Name cannot contain consecutive hyphens.",
            _ when name[^1] == '-' => $"{target} name '{name}' is invalid. Name cannot end with a hyphen.",
            _ => null,
        };
    }
}
