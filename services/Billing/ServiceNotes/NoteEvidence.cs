using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.ServiceNotes;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>
/// The elements of a note as the service-note decision reads them. The rules check whether a text is present, never its content,
/// so facts and receipts contain a mark instead.
/// </summary>
internal static class NoteEvidence
{
    private const string OnFile = "on file";

    public static ServiceNoteFacts Of(
        Proto.NoteElements elements, StaffMemberId rendering, DateOnly day, int otherMinutes, DateOnly? signed, DateOnly? planned) => new()
        {
            ServiceDate = day,
            IndividualName = Mark(elements.HasIndividualName, elements.IndividualName),
            ServiceName = Mark(elements.HasServiceName, elements.ServiceName),
            ContactType = Code<ContactType>(elements.ContactType),
            PlaceOfService = Code<PlaceOfService>(elements.PlaceOfService),
            PurposeGoal = Mark(elements.HasPurposeGoal, elements.PurposeGoal),
            Interventions = Mark(elements.HasInterventions, elements.Interventions),
            DurationMinutes = elements.HasDurationMinutes ? elements.DurationMinutes : null,
            Effectiveness = Mark(elements.HasEffectiveness, elements.Effectiveness),
            SignedBy = Mark(elements.HasSignedBy, elements.SignedBy),
            SignatureDate = elements.HasSignatureDate ? new DayOrBlank(signed) : null,
            CredentialsOrTitle = Mark(elements.HasCredentialsOrTitle, elements.CredentialsOrTitle),
            NameOnEveryPage = elements.HasNameOnEveryPage ? elements.NameOnEveryPage : null,
            AuthorId = elements.Author.Length == 0 ? null : elements.Author,
            RenderingStaffId = rendering.Name,
            Activity = Code<NoteActivity>(elements.Activity),
            GroupSize = elements.HasGroupSize ? elements.GroupSize : null,
            Rendered = elements.HasRendered ? elements.Rendered : null,
            IndividualPresent = elements.HasIndividualPresent ? elements.IndividualPresent : null,
            InterventionOnPlanFrom = planned,
            OtherContactMinutesSameDate = otherMinutes == 0 ? null : otherMinutes,
            TravelMinutes = elements.HasTravelMinutes ? elements.TravelMinutes : null,
        };

    private static string? Mark(bool given, string text) => !given ? null : string.IsNullOrWhiteSpace(text) ? "" : OnFile;

    private static T? Code<T>(Enum wire) where T : struct, Enum => WireCode.Lower(wire) is { } code ? Codes.Parse<T>(code) : null;
}
