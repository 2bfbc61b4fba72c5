using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

public class ReferenceExpressionBuilder
{
    private readonly StringBuilder _format;
    private readonly List<ReferenceExpression.Hole> _holes;

    public ReferenceExpressionBuilder()
        : this(0, 0)
    {
    }

    internal ReferenceExpressionBuilder(int literalLength, int holes)
    {
        _format = new StringBuilder(literalLength + (holes * 4));
        _holes = new List<ReferenceExpression.Hole>(holes);
    }

    public bool IsEmpty => _format.Length == 0;

    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
        // The handler has written into this builder already.
        _ = (handler.Literals, _format);
    }

    public void AppendLiteral(string value) => _format.Append(value);

    public void AppendFormatted(string? value) => _format.Append(value);

    public void AppendFormatted(string? value, string? format = null)
    {
        if (value is not null)
        {
            _format.Append(ValueFormat.Apply(value, format));
        }
    }

    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider, null);

    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider => AppendHole(valueProvider, valueProvider, format);

    [Obsolete(ReferenceExpression.NoFormat, true)]
    public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new InvalidOperationException(ReferenceExpression.NoFormat);

    public void AppendValueProvider(object valueProvider, string? format = null)
    {
        var source = valueProvider is IResourceBuilder<IResource> builder ? builder.Resource : valueProvider;
        AppendHole(
            source as IValueProvider ?? throw new ArgumentException("Object must implement IValueProvider", nameof(valueProvider)),
            source as IManifestExpressionProvider ?? throw new ArgumentException("Object must implement IManifestExpressionProvider", nameof(valueProvider)),
            format);
    }

    public ReferenceExpression Build() => new(_format.ToString(), [.. _holes]);

    private void AppendHole(IValueProvider value, IManifestExpressionProvider expression, string? format)
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_holes.Count}}}");
        _holes.Add(new ReferenceExpression.Hole(value, expression.ValueExpression, format));
    }

    [InterpolatedStringHandler]
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler
    {
        private readonly ReferenceExpressionBuilder _builder;

        public ReferenceExpressionBuilderInterpolatedStringHandler(int literalLength, int formattedCount, ReferenceExpressionBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            _ = formattedCount;
            _builder = builder;
            Literals = literalLength;
        }

        internal int Literals { get; }

        public readonly void AppendLiteral(string value) => _builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => _builder.AppendFormatted(value);

        public void AppendFormatted(string? value, string format) => _builder.AppendFormatted(value, format);

        [Obsolete(ReferenceExpression.NoFormat, true)]
        public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new InvalidOperationException(ReferenceExpression.NoFormat);

        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider, null);

        public void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider, format);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider, null);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider
        {
            ArgumentNullException.ThrowIfNull(valueProvider);
            _builder.AppendFormatted(valueProvider.Resource, format);
        }
    }
}
