namespace Ips.Contracts.Events;

/// <summary>An id of an event that is a UUID of zeros where there is none. Every other id of an event names something, and consumers refuse zeros there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ZerosWhenNoneAttribute : Attribute;
