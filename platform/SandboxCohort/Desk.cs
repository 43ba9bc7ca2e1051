using System.Text;
using Google.Protobuf;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.SandboxCohort;

/// <summary>Where someone of an organization works: the calls that its role may make.</summary>
internal sealed class Desk(Wire wire, string role, string organization, Steps steps)
{
    /// <summary>The organization as calls name it.</summary>
    public string Organization => $"organizations/{organization}";

    public Individuals.IndividualsClient Individuals => new(wire.To("eligibility", role, organization, steps));

    public IntakeReferrals.IntakeReferralsClient IntakeReferrals => new(wire.To("eligibility", role, organization, steps));

    public CareerProfiles.CareerProfilesClient CareerProfiles => new(wire.To("eligibility", role, organization, steps));

    public ServiceOrders.ServiceOrdersClient ServiceOrders => new(wire.To("eligibility", role, organization, steps));

    public Determinations.DeterminationsClient Determinations => new(wire.To("eligibility", role, organization, steps));

    public Authorizations.AuthorizationsClient Authorizations => new(wire.To("eligibility", role, organization, steps));

    public Referrals.ReferralsClient Referrals => new(wire.To("eligibility", role, organization, steps));

    public Organizations.OrganizationsClient Organizations => new(wire.To("staffing", role, organization, steps));

    public Contracts.Staffing.V1.Contracts.ContractsClient Contracts => new(wire.To("staffing", role, organization, steps));

    public Teams.TeamsClient Teams => new(wire.To("staffing", role, organization, steps));

    public Staff.StaffClient Staff => new(wire.To("staffing", role, organization, steps));

    public Clearances.ClearancesClient Clearances => new(wire.To("staffing", role, organization, steps));

    public Training.TrainingClient Training => new(wire.To("staffing", role, organization, steps));

    public Meetings.MeetingsClient Meetings => new(wire.To("staffing", role, organization, steps));

    public Caseloads.CaseloadsClient Caseloads => new(wire.To("staffing", role, organization, steps));

    public Visits.VisitsClient Visits => new(wire.To("fidelity", role, organization, steps));

    public Reviews.ReviewsClient Reviews => new(wire.To("fidelity", role, organization, steps));

    public ServiceNotes.ServiceNotesClient Notes => new(wire.To("billing", role, organization, steps));

    public Employment.EmploymentClient Employment => new(wire.To("billing", role, organization, steps));

    public Milestones.MilestonesClient Milestones => new(wire.To("billing", role, organization, steps));

    public Claims.ClaimsClient Claims => new(wire.To("billing", role, organization, steps));

    public ClaimBatches.ClaimBatchesClient Batches => new(wire.To("billing", role, organization, steps));

    public BillingProfiles.BillingProfilesClient Profiles => new(wire.To("billing", role, organization, steps));

    /// <summary>Stores documents about a subject with Billing, each dated on the day.</summary>
    public async Task Store(string subject, DateOnly day, params IEnumerable<DocumentKind> kinds)
    {
        foreach (var kind in kinds)
            await Store("billing", subject, day, kind);
    }

    /// <summary>Stores a document of a person for a request for an authorization, and returns its name.</summary>
    public async Task<string> Paper(string individual, DateOnly day, DocumentKind kind, params IEnumerable<string> contents) =>
        (await Store("eligibility", individual, day, kind, contents)).Name;

    private Task<Document> Store(string service, string subject, DateOnly day, DocumentKind kind, params IEnumerable<string> contents)
    {
        byte[] pdf = [.. "%PDF-1.7\n"u8, .. Encoding.UTF8.GetBytes($"% {kind} of {subject} on {day.Text()}, invented\n")];
        return wire.Upload(service, new()
        {
            Kind = kind,
            Subject = subject,
            DocumentDate = day.Text(),
            Size = pdf.Length,
            Contents = { contents },
            Content = ByteString.CopyFrom(pdf),
        }, role, organization, steps);
    }

    public Remittances.RemittancesClient Remittances => new(wire.To("billing", role, organization, steps));
}
