using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace HitCounter.Api.Web;

/// <summary>What <c>GET /count</c> answers.</summary>
internal sealed record CountAnswer(long Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CountAnswer))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class HitJson : JsonSerializerContext;
