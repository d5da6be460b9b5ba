using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Entities.Contract;

/// <summary>JSON of the contract, generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReloadReport))]
[JsonSerializable(typeof(IReadOnlyList<Listener>))]
[JsonSerializable(typeof(ReloadSettings))]
public sealed partial class ContractJson : JsonSerializerContext;
