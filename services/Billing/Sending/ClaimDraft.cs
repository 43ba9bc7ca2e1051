using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.X12;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>What is to be sent: a line, or a claim that replaces or voids another.</summary>
/// <param name="Claim">The claim that waits; null for a line, of which an original is made.</param>
/// <param name="Line">The line.</param>
/// <param name="Individual">The person.</param>
/// <param name="Staff">Who gave the service.</param>
/// <param name="Milestone">The milestone's number; 0 for a line of service notes.</param>
/// <param name="Service">The day of service.</param>
/// <param name="Code">Procedure code.</param>
/// <param name="Modifiers">Modifiers in order.</param>
/// <param name="Units">Units.</param>
/// <param name="Charge">Dollars charged.</param>
/// <param name="Expected">Dollars that the rules say are paid.</param>
/// <param name="Payer">Who pays, as the decision on the line names it.</param>
/// <param name="Frequency">What it does.</param>
/// <param name="PayerClaim">The payer's number of the claim that it is about; empty for an original.</param>
internal sealed record ToSend(
    Claim? Claim, ClaimLineId Line, IndividualId Individual, StaffMemberId Staff, int Milestone, DateOnly Service, string Code, IReadOnlyList<string> Modifiers,
    int Units, decimal Charge, decimal Expected, string Payer, Proto.ClaimFrequency Frequency, string PayerClaim);

/// <summary>What is known about it.</summary>
/// <param name="Person">Eligibility's record; null when the caller does not find the person.</param>
/// <param name="Staff">Staffing's record; null when the caller does not find the staff member.</param>
/// <param name="Facts">Claim facts of the day; null when none are recorded.</param>
/// <param name="Other">What another payer decided before; null when no other one pays.</param>
/// <param name="Place">Where the notes say that the service was given; null when they do not.</param>
internal sealed record SendEvidence(Individual? Person, StaffMember? Staff, Proto.ClaimFactsContent? Facts, Proto.OtherPayerDecisionContent? Other,
    PlaceOfService? Place);

/// <summary>Makes claims of lines, without a database. What is missing is named, never guessed.</summary>
internal static class ClaimDraft
{
    /// <summary>SBR09 of Medicaid and of state funds. The latter is what companion profiles assume until the payer confirms it.</summary>
    private const string Medicaid = "MC", StateFunds = "ZZ";

    /// <summary>Who pays otherwise than on a claim to the payer that covers the person, as decisions name them.</summary>
    private static readonly HashSet<string> NotThePayer =
        [Policies.Codes.Of(Policies.Milestones.Funder.Vr), Policies.Codes.Of(Policies.MissouriBilling.MoPayer.Pps), "none"];

    /// <summary>The claim without its numbers, and what keeps it from being sent. It is complete when nothing does.</summary>
    public static (ProfessionalClaim? Claim, IReadOnlyList<Proto.SendFinding> Missing) Make(
        ToSend send, SendEvidence evidence, Proto.BillingProfileContent profile, Proto.PayerEnrollment payer)
    {
        Missing missing = new(send.Line);
        if (NotThePayer.Contains(send.Payer))
            missing.Add("claim_line.payer", $"cannot be sent: the line is not this payer's; the decision on it names {send.Payer}",
                "bill the one that it names");
        if (send.Code.Length == 0)
            missing.Add("claim_line.code", "cannot be sent: the program prints no procedure code for it, and none was given",
                "void the line and create it with its code");
        var subscriber = Subscriber(send, evidence, payer, missing);
        var filing = Filing(send, evidence.Person, payer, missing);
        var facts = evidence.Facts;
        if (facts is null)
            missing.Add("claim_facts.diagnoses", $"cannot be sent: no ICD-10 code is recorded for {send.Service.Day()}",
                "RecordClaimFacts for the day of service");
        var rendering = Rendering(evidence.Staff, profile, missing);
        if (missing.Found.Count > 0 || subscriber is null || facts is null)
            return (null, missing.Found);
        ServiceLine line = new(
            new("HC", send.Code, [.. send.Modifiers]), send.Charge, send.Units, new(send.Service, send.Service), "", [1],
            Adjudications: evidence.Other is { } decided ? [LineDecision(decided, send)] : null);
        return (new ProfessionalClaim
        {
            Claim = "",
            Billing = new(profile.Name, null, profile.Npi, profile.Taxonomy, profile.TaxNumber, false,
                new(profile.Address.Line, null, profile.Address.City, profile.Address.State, profile.Address.PostalCode)),
            Subscriber = subscriber,
            Payer = new(payer.PayerName, payer.PayerId, filing, evidence.Other is null ? "P" : "S"),
            OtherPayers = evidence.Other is { } other ? [Earlier(other, subscriber)] : [],
            Diagnoses = [.. facts.Diagnoses.Select(d => d.Replace(".", "", StringComparison.Ordinal))],
            Lines = [line],
            Place = evidence.Place is { } place ? CodeOf(place) : profile.UsualPlace,
            Frequency = FrequencyOf(send.Frequency),
            PayerClaim = send.Frequency == Proto.ClaimFrequency.Original ? null : send.PayerClaim,
            Authorization = facts.AuthorizationNumber.Length == 0 ? null : facts.AuthorizationNumber,
            Rendering = rendering,
        }, []);
    }

    /// <summary>The other payer's decision, whose adjustments stand with the line.</summary>
    private static OtherPayer Earlier(Proto.OtherPayerDecisionContent other, Subscriber subscriber) => new(
        new(other.PayerName, other.PayerId, other.FilingIndicator),
        other.InsuredFamilyName.Length == 0 ? subscriber.LastName : other.InsuredFamilyName,
        other.InsuredFamilyName.Length == 0 ? subscriber.FirstName : other.InsuredGivenName.Length == 0 ? null : other.InsuredGivenName,
        other.MemberId, other.Relation, other.Paid.ToSigned(), other.Adjustments.Where(a => a.Group == "PR").Sum(a => a.Amount.ToSigned()) is var left and > 0
            ? left : null, [], null, other.PayerClaim.Length == 0 ? null : other.PayerClaim);

    private static LineAdjudication LineDecision(Proto.OtherPayerDecisionContent other, ToSend send) => new(
        other.PayerId, other.Paid.ToSigned(), new("HC", send.Code, [.. send.Modifiers]), send.Units,
        [.. other.Adjustments.GroupBy(a => a.Group, StringComparer.Ordinal).SelectMany(g => g).Select(a => new Adjustment(a.Group, a.Reason, a.Amount.ToSigned(), null))],
        DateOnly.ParseExact(other.DecisionDate, "yyyy-MM-dd"));

    /// <summary>CLM05-3.</summary>
    public static string FrequencyOf(Proto.ClaimFrequency frequency) => frequency switch
    {
        Proto.ClaimFrequency.Replacement => "7",
        Proto.ClaimFrequency.Void => "8",
        _ => "1",
    };

    private static Subscriber? Subscriber(ToSend send, SendEvidence evidence, Proto.PayerEnrollment payer, Missing missing)
    {
        if (evidence.Person is not { } person)
        {
            missing.Add("individual", "cannot be sent: the person is not found", "check that the person is still served by the agency");
            return null;
        }

        var member = person.Identifiers.FirstOrDefault(i => i.System == payer.MemberIdSystem)?.Value;
        if (member is null)
            missing.Add("individual.identifiers", $"cannot be sent: the person has no identifier of {payer.MemberIdSystem}",
                "CorrectIndividual in Eligibility");
        if (!DateOnly.TryParseExact(person.BirthDate, "yyyy-MM-dd", out var born))
            missing.Add("individual.birth_date", "cannot be sent: no birth date is on record", "CorrectIndividual in Eligibility");
        if (person.FamilyName.Length == 0)
            missing.Add("individual.family_name", "cannot be sent: no family name is on record", "CorrectIndividual in Eligibility");
        var address = person.Contacts.Where(c => c.Content?.Address is not null && Holds(c.From, c.Through, send.Service))
            .OrderByDescending(c => c.From, StringComparer.Ordinal).Select(c => c.Content.Address).FirstOrDefault();
        if (address is null)
            missing.Add("individual.contacts", $"cannot be sent: no postal address of the person is on record for {send.Service.Day()}",
                "RecordContact in Eligibility");
        if (member is null || address is null || missing.Found.Count > 0)
            return null;
        return new(person.FamilyName, person.GivenName.Length == 0 ? null : person.GivenName, null, null, member, born, GenderOf(evidence.Facts),
            new(address.Lines[0], address.Lines.Count > 1 ? address.Lines[1] : null, address.City, address.State,
                address.PostalCode.Replace("-", "", StringComparison.Ordinal)));
    }

    private static string Filing(ToSend send, Individual? person, Proto.PayerEnrollment payer, Missing missing)
    {
        var funding = person?.Enrollments.Where(e => e.Payer == payer.Payer && Holds(e.From, e.Through, send.Service))
            .Select(e => (Funding?)e.Funding).FirstOrDefault();
        if (person is not null && funding is null)
            missing.Add("individual.enrollments", $"cannot be sent: no enrolment with the payer holds {send.Service.Day()}", "AddEnrollment in Eligibility");
        else if (funding == Funding.Unspecified)
            missing.Add("individual.enrollments.funding", "cannot be sent: whether Medicaid or state funds pay is not recorded", "CorrectFact in Eligibility");
        return funding == Funding.Medicaid ? Medicaid : StateFunds;
    }

    private static Provider? Rendering(StaffMember? staff, Proto.BillingProfileContent profile, Missing missing)
    {
        if (staff is null)
        {
            missing.Add("claim_line.rendering_staff", "cannot be sent: the staff member who gave the service is not found", "check the record in Staffing");
            return null;
        }

        // Staff without an NPI of their own are billed under the agency's. Payers that want one say so at level 7.
        if (staff.Particulars is not { Npi.Length: > 0 } named)
            return null;
        if (!CodeSets.IsNpi(named.Npi))
            missing.Add("staff.particulars.npi", "cannot be sent: the NPI of the staff member has a wrong check digit", "CorrectStaffMember in Staffing");
        if (named.FamilyName.Length == 0 || named.GivenName.Length == 0)
            missing.Add("staff.particulars", "cannot be sent: the staff member has an NPI and no given or family name on record",
                "CorrectStaffMember in Staffing");
        return new(named.FamilyName, named.GivenName, named.Npi, profile.RenderingTaxonomy.Length == 0 ? null : profile.RenderingTaxonomy);
    }

    private static bool Holds(string from, string through, DateOnly day) =>
        string.CompareOrdinal(from, day.Day()) <= 0 && (through.Length == 0 || string.CompareOrdinal(day.Day(), through) <= 0);

    private static string GenderOf(Proto.ClaimFactsContent? facts) => facts?.Sex switch
    {
        Proto.SexOnFile.Female => "F",
        Proto.SexOnFile.Male => "M",
        _ => "U",
    };

    /// <summary>The place of service code of CMS (Place of Service Codes for Professional Claims).</summary>
    private static string CodeOf(PlaceOfService place) => place switch
    {
        PlaceOfService.Home => "12",
        PlaceOfService.Shelter => "04",
        PlaceOfService.GroupHome => "14",
        PlaceOfService.AdultCareHome => "33",
        PlaceOfService.Office => "11",
        PlaceOfService.Hospital => "21",
        PlaceOfService.Jail => "09",
        _ => "99",
    };

    private sealed class Missing(ClaimLineId line)
    {
        private readonly List<Proto.SendFinding> found = [];

        public IReadOnlyList<Proto.SendFinding> Found => found;

        public void Add(string place, string reason, string fix) => found.Add(new() { ClaimLine = line.Name, Place = place, Reason = reason, Fix = fix });
    }
}
