using FsCheck.Xunit;
using RedisCluster.Hosting.Kubernetes;

namespace Unit.Kubernetes;

public sealed class ManifestExpressionTests
{
    [Fact]
    public void References_are_told_from_text_and_doubled_braces() => Assert.Equal(
        [new("a{b}", false), new("x.bindings.http.port", true), new(":", false), new("p.value", true)],
        ManifestExpression.Parse("a{{b}}{x.bindings.http.port}:{p.value}"));

    [Theory]
    [InlineData("{a")]
    [InlineData("a}")]
    public void A_brace_alone_is_named(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => ManifestExpression.Parse(text)).Message, StringComparison.Ordinal);

    [Property]
    public bool Text_with_its_braces_doubled_is_itself(string? text) =>
        string.Concat(ManifestExpression.Parse((text ?? "").Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal))
            .Select(piece => piece.IsReference ? "?" : piece.Text)) == (text ?? "");
}
