namespace Ips.Policies;

/// <summary>The name of a fact and whether it is known, for telling what is missing.</summary>
public readonly record struct Fact(string Name, bool IsKnown)
{
    /// <summary>A fact that holds a value or null.</summary>
    public static Fact Of<T>(string name, T? value) where T : struct => new(name, value.HasValue);

    /// <summary>A fact that holds a reference or null.</summary>
    public static Fact Of(string name, object? value) => new(name, value is not null);
}
