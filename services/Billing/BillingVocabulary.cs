using Ips.Contracts.Common.V1;
using Ips.Policies.ServiceNotes;
using Riok.Mapperly.Abstractions;
using Policy = Ips.Policies;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing;

/// <summary>
/// The contract's codes as the policies name them. A code that one side lacks does not compile; an unspecified one is a fact that is not known.
/// </summary>
[Mapper(EnumMappingStrategy = EnumMappingStrategy.ByName, RequiredMappingStrategy = RequiredMappingStrategy.Both)]
internal static partial class BillingVocabulary
{
    /// <summary>The payer program; null when not known.</summary>
    public static Policy.Milestones.Funding? ToPolicy(this Funding funding) => funding == Funding.Unspecified ? null : Map(funding);

    /// <summary>The type of a contact; null when not given.</summary>
    public static ContactType? ToPolicy(this Proto.ContactType contact) => contact == Proto.ContactType.Unspecified ? null : Map(contact);

    /// <summary>The place of a contact; null when not given.</summary>
    public static Policy.ServiceNotes.PlaceOfService? ToPolicy(this Contracts.Common.V1.PlaceOfService place) =>
        place == Contracts.Common.V1.PlaceOfService.Unspecified ? null : Map(place);

    /// <summary>What was done in a contact; null when not given.</summary>
    public static NoteActivity? ToPolicy(this Proto.Activity activity) => activity == Proto.Activity.Unspecified ? null : Map(activity);

    /// <summary>Content of a plan; null when not given.</summary>
    public static Policy.PcpContent? ToPolicy(this PlanContent content) => content == PlanContent.Unspecified ? null : Map(content);

    [MapperIgnoreSourceValue(Funding.Unspecified)]
    private static partial Policy.Milestones.Funding Map(Funding funding);

    [MapperIgnoreSourceValue(Proto.ContactType.Unspecified)]
    private static partial ContactType Map(Proto.ContactType contact);

    [MapperIgnoreSourceValue(Contracts.Common.V1.PlaceOfService.Unspecified)]
    private static partial Policy.ServiceNotes.PlaceOfService Map(Contracts.Common.V1.PlaceOfService place);

    [MapperIgnoreSourceValue(Proto.Activity.Unspecified)]
    private static partial NoteActivity Map(Proto.Activity activity);

    [MapperIgnoreSourceValue(PlanContent.Unspecified)]
    private static partial Policy.PcpContent Map(PlanContent content);
}
