using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

public abstract class ParameterDefault
{
    public abstract void WriteToManifest(ManifestPublishingContext context);

    public abstract string GetDefaultValue();
}

public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;

    public ParameterResource([ResourceName] string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _value = new Lazy<string>(() => callback(Default));
        Secret = secret;
    }

    public ParameterDefault? Default { get; set; }

    public bool Secret { get; }

    public bool IsConnectionString { get; set; }

    public string? Description { get; set; }

    public bool EnableDescriptionMarkdown { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    internal string ConfigurationKey
    {
        get => field ?? $"{(IsConnectionString ? "ConnectionStrings" : "Parameters")}:{Name}";
        set;
    }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(_value.Value);

    public ValueTask<string?> GetValueAsync(ValueProviderContext _, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);
}

public sealed class GenerateParameterDefault : ParameterDefault
{
    // Without what is easily mistaken for something else, and without what needs quoting in URLs, shells and connection strings.
    private const string LowerChars = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperChars = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericChars = "0123456789";
    private const string SpecialChars = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        var all = string.Empty;
        var required = new List<char>();
        Add(Lower, MinLower, LowerChars);
        Add(Upper, MinUpper, UpperChars);
        Add(Numeric, MinNumeric, NumericChars);
        Add(Special, MinSpecial, SpecialChars);
        if (all.Length == 0)
        {
            throw new ArgumentException("At least one character type must be enabled.");
        }

        char[] value = [.. required, .. RandomNumberGenerator.GetItems<char>(all, Math.Max(0, MinLength - required.Count))];
        RandomNumberGenerator.Shuffle<char>(value);
        return new string(value);

        void Add(bool enabled, int min, string chars, [CallerArgumentExpression(nameof(enabled))] string? name = null)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (enabled)
            {
                all += chars;
                required.AddRange(RandomNumberGenerator.GetItems<char>(chars, min));
            }
            else if (min > 0)
            {
                throw new ArgumentException($"'Min{name}' must be 0 if '{name}' is disabled.");
            }
        }
    }

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        foreach (var (name, on) in (ReadOnlySpan<(string, bool)>)[("lower", Lower), ("upper", Upper), ("numeric", Numeric), ("special", Special)])
        {
            if (!on)
            {
                writer.WriteBoolean(name, false);
            }
        }

        foreach (var (name, min) in (ReadOnlySpan<(string, int)>)[("minLower", MinLower), ("minUpper", MinUpper), ("minNumeric", MinNumeric), ("minSpecial", MinSpecial)])
        {
            if (min != 0)
            {
                writer.WriteNumber(name, min);
            }
        }

        writer.WriteEndObject();
    }
}

internal sealed class ConstantParameterDefault(Func<string> valueGetter) : ParameterDefault
{
    private readonly Lazy<string> _value = new(valueGetter);

    public override string GetDefaultValue() => _value.Value;

    public override void WriteToManifest(ManifestPublishingContext context) => context.Writer.WriteString("value", GetDefaultValue());
}
