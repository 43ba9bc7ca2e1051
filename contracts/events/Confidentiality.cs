namespace Ips.Contracts.Events;

/// <summary>
/// The label with which an event travels: a code of HL7's value set Confidentiality, as the CloudEvents attribute <c>confidentiality</c>. It follows from the
/// event's type alone. A label that only the events of some people had would itself say why they are in treatment, to every receiver and in every log.
/// </summary>
public static class Confidentiality
{
    /// <summary>
    /// Restricted: about a person in treatment. 42 CFR part 2 prohibits unauthorized use or disclosure of these records. Who stores such an event or hands on
    /// what it read with it first asks which texts the receiver may have (<c>Individuals.CheckRedisclosure</c>).
    /// </summary>
    public const string Restricted = "R";

    /// <summary>Normal: about no person in treatment.</summary>
    public const string Normal = "N";

    /// <summary>The label of an event type: restricted as soon as one of its properties names a person.</summary>
    /// <param name="type">The record.</param>
    public static string Of(Type type) => type.GetProperties().Any(property => Names(property.PropertyType)) ? Restricted : Normal;

    private static bool Names(Type property) => (Nullable.GetUnderlyingType(property) ?? property) == typeof(IndividualId)
        || property.GetGenericArguments().Any(Names);
}
