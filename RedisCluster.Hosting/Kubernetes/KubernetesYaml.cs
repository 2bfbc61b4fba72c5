using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>Writes objects as YAML: fields in their order, text that looks like something else in quotes, several lines as a block.</summary>
internal static class KubernetesYaml
{
    public static string Write(object document) =>
        // A serializer for each document: it keeps what it has seen.
        new SerializerBuilder()
            .WithQuotingNecessaryStrings(quoteYaml1_1Strings: true)
            .WithEventEmitter(next => new Blocks(next))
            .WithIndentedSequences()
            .DisableAliases()
            .WithNewLine("\n")
            .Build()
            .Serialize(document);

    private sealed class Blocks(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is string text && text.Contains('\n', StringComparison.Ordinal))
            {
                eventInfo.Style = ScalarStyle.Literal;
            }

            base.Emit(eventInfo, emitter);
        }
    }
}
