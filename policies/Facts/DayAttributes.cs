namespace Ips.Policies;

/// <summary>
/// A day that reports an act: a contact, a service, a signature, a review, a receipt, the date of a document. An act after the as-of day has not
/// happened (<see cref="Acts{T}"/>). Every day in the facts is either an act or a <see cref="AnyDayAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ActAttribute : Attribute;

/// <summary>
/// A day that may lie after the as-of day: a plan, an end, a limit, a birth, or a day that its rule compares with an act anyway.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AnyDayAttribute : Attribute;
