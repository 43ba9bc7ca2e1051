using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Ips.Platform.Privacy;

/// <summary>
/// What a log line may carry: ids, days, numbers, codes. Checked by a test over every source-generated log method,
/// because people without access to the person read the logs.
/// </summary>
public static class SafeLog
{
    private static readonly HashSet<Type> Types =
    [
        typeof(Guid), typeof(DateOnly), typeof(DateTimeOffset), typeof(TimeSpan), typeof(bool), typeof(Type),
        typeof(byte), typeof(short), typeof(int), typeof(long), typeof(uint), typeof(ulong), typeof(decimal), typeof(double), typeof(System.Net.HttpStatusCode),
    ];

    /// <summary>Text is allowed under these names only: each is a code or a technical name that no person's data can be in.</summary>
    private static readonly HashSet<string> CodeNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "operation", "service", "method", "queue", "check", "type", "program", "pack", "packVersion", "rule", "code", "status", "table", "traceId", "scheme",
            "version", "verdict", "outcome", "mailbox",
    };

    /// <summary>Whether a log line may contain a parameter of this type and name.</summary>
    public static bool Allows(Type type, string name)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(ILogger) || typeof(ILogger).IsAssignableFrom(plain) || plain == typeof(LogLevel) || typeof(Exception).IsAssignableFrom(plain))
            return true;
        return Types.Contains(plain) || plain.IsEnum || IsId(plain) || (plain == typeof(string) && CodeNames.Contains(name));
    }

    /// <summary>Every log method of the assembly with a parameter that is not allowed, as sentences.</summary>
    public static IReadOnlyList<string> Violations(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where method.GetCustomAttribute<LoggerMessageAttribute>() is not null
           from parameter in method.GetParameters()
           where !Allows(parameter.ParameterType, parameter.Name!)
           select $"{type.Name}.{method.Name} logs {parameter.Name} of type {parameter.ParameterType.Name}; "
               + "allowed are ids, days, numbers, enums, and text under a name listed in SafeLog",
    ];

    // public readonly record struct AuthorizationId(Guid Value)
    private static bool IsId(Type type) =>
        type.IsValueType && type.Name.EndsWith("Id", StringComparison.Ordinal)
        && type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is [{ } only] && only.FieldType == typeof(Guid);
}
