using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>What the written expressions refer to and has to be written as well.</summary>
internal sealed class ManifestDependencies
{
    private readonly Dictionary<string, IResource> _resources = [];
    private readonly Dictionary<ParameterResource, Dictionary<string, string>> _encoded = [];
    private readonly Dictionary<string, ReferenceExpression> _conditionals = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<object> _path = [];

    public IEnumerable<ReferenceExpression> Conditionals => _conditionals.Values;

    public IReadOnlyList<ParameterResource> EncodedParameters => [.. _encoded.Keys];

    public void Reserve(IEnumerable<string> names) => _names.UnionWith(names);

    public IReadOnlyList<IResource> Unwritten(DistributedApplicationModel model)
    {
        HashSet<string> written = [.. model.Resources.Select(r => r.Name)];
        return [.. _resources.Where(r => !written.Contains(r.Key)).Select(r => r.Value)];
    }

    public IReadOnlyDictionary<string, string> TakeEncoded(ParameterResource parameter) => _encoded.Remove(parameter, out var formats) ? formats : new Dictionary<string, string>();

    public void Add(object? value)
    {
        if (value is ReferenceExpression expression)
        {
            AddEncoded(expression);
            AddConditional(expression);
            foreach (var provider in expression.ValueProviders)
            {
                AddConditional(provider as ReferenceExpression);
            }
        }

        if (value is IResource resource)
        {
            if (_resources.TryAdd(resource.Name, resource))
            {
                _names.Add(resource.Name);
            }
        }
        else if (value is IValueWithReferences holder && _path.Add(holder))
        {
            foreach (var reference in holder.References)
            {
                Add(reference);
            }

            _path.Remove(holder);
        }
    }

    /// <summary>The text of a value in the manifest; a hole with a format becomes a reference to the encoded value.</summary>
    public string Expression(object value) => value switch
    {
        ReferenceExpression { IsConditional: false } expression => string.Format(CultureInfo.InvariantCulture, expression.Format, [.. Enumerable.Range(0, expression.ManifestExpressions.Count).Select(i => (object)Hole(expression, i))]),
        IManifestExpressionProvider provider => provider.ValueExpression,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private string Hole(ReferenceExpression expression, int i) =>
        EncodedName(expression.ValueProviders[i], expression.StringFormats[i]) is { } name ? $"{{{name}.value}}" : expression.ManifestExpressions[i];

    private void AddEncoded(ReferenceExpression expression)
    {
        if (expression.IsConditional)
        {
            AddEncoded(expression.WhenTrue);
            AddEncoded(expression.WhenFalse);
            return;
        }

        foreach (var (provider, format) in expression.ValueProviders.Zip(expression.StringFormats))
        {
            EncodedName(provider, format);
        }
    }

    private void AddConditional(ReferenceExpression? expression)
    {
        if (expression is { IsConditional: true } && _conditionals.TryAdd(expression.Name, expression))
        {
            _names.Add(expression.Name);
        }
    }

    private string? EncodedName(IValueProvider provider, string? format)
    {
        var parameter = provider switch
        {
            ParameterResource direct => direct,
            ReferenceExpression { Format: "{0}", ValueProviders: [ParameterResource wrapped] } => wrapped,
            _ => null,
        };
        if (parameter is null || string.IsNullOrEmpty(format))
        {
            return null;
        }

        if (!_encoded.TryGetValue(parameter, out var formats))
        {
            _encoded[parameter] = formats = new Dictionary<string, string>(StringComparer.Ordinal);
        }

        if (!formats.TryGetValue(format, out var name))
        {
            var words = ConditionalName.Words(format);
            var wanted = $"{parameter.Name}-{(words.Length > 0 ? words : "formatted")}-encoded";
            name = wanted;
            for (var suffix = 1; !_names.Add(name); suffix++)
            {
                name = $"{wanted}-{suffix}";
            }

            formats[format] = name;
        }

        return name;
    }
}
