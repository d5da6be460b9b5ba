using System.Text.Json.Serialization;

namespace Operator.Entities.Contract;

/// <summary>Reads and writes an enumeration by its words only: a number would be taken for one of them, whether there is one or not.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
