namespace Ips.Contracts.Events;

/// <summary>The name of an event on the bus, with its version: <c>ips.eligibility.determination-made.v1</c>. The exchange has the same name.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
