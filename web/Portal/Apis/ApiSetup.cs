using Grpc.Core;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Reporting.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Portal.Components.Agency;
using Ips.Portal.Components.Counselor;
using Ips.Portal.Components.Fidelity;
using Ips.Portal.Components.Money;
using Ips.Portal.Components.Operations;
using Ips.ServiceDefaults;
using Deadlines = Ips.Contracts.Eligibility.V1.Deadlines;

namespace Ips.Portal.Apis;

/// <summary>The clients of the five services.</summary>
internal static class ApiSetup
{
    public static void AddApis(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddHttpContextAccessor();
        services.AddScoped<Api>();
        services.AddScoped<People>();
        services.AddScoped<Clocks>();
        services.AddScoped<Gate>();
        services.AddScoped<StaffNames>();
        services.AddScoped<ClaimLines>();
        services.AddScoped<ReferralFeed>();
        services.AddScoped<TeamReader>();
        services.AddScoped<Health>();
        services.AddHttpClient(nameof(Health));
        services.AddDiscoveredClient<Authorizations.AuthorizationsClient>("eligibility");
        services.AddDiscoveredClient<Appeals.AppealsClient>("eligibility");
        services.AddDiscoveredClient<Deadlines.DeadlinesClient>("eligibility");
        services.AddDiscoveredClient<Individuals.IndividualsClient>("eligibility");
        services.AddDiscoveredClient<IntakeReferrals.IntakeReferralsClient>("eligibility");
        services.AddDiscoveredClient<PolicyReleases.PolicyReleasesClient>("eligibility");
        services.AddDiscoveredClient<Referrals.ReferralsClient>("eligibility");
        services.AddDiscoveredClient<Claims.ClaimsClient>("billing");
        services.AddDiscoveredClient<FileTransfers.FileTransfersClient>("billing");
        services.AddDiscoveredClient<Milestones.MilestonesClient>("billing");
        services.AddDiscoveredClient<Caseloads.CaseloadsClient>("staffing");
        services.AddDiscoveredClient<Clearances.ClearancesClient>("staffing");
        services.AddDiscoveredClient<Meetings.MeetingsClient>("staffing");
        services.AddDiscoveredClient<Members.MembersClient>("staffing");
        services.AddDiscoveredClient<Staff.StaffClient>("staffing");
        services.AddDiscoveredClient<StaffDeadlines.StaffDeadlinesClient>("staffing");
        services.AddDiscoveredClient<Teams.TeamsClient>("staffing");
        services.AddDiscoveredClient<Training.TrainingClient>("staffing");
        services.AddDiscoveredClient<Reviews.ReviewsClient>("fidelity");
        services.AddDiscoveredClient<Standings.StandingsClient>("fidelity");
        services.AddScoped<PolicyEffects>();
        services.AddDiscoveredClient<Ips.Contracts.Eligibility.V1.Decisions.DecisionsClient>("eligibility");
        services.AddDiscoveredClient<Ips.Contracts.Staffing.V1.Decisions.DecisionsClient>("staffing");
        services.AddDiscoveredClient<Ips.Contracts.Fidelity.V1.Decisions.DecisionsClient>("fidelity");
        services.AddDiscoveredClient<Ips.Contracts.Billing.V1.Decisions.DecisionsClient>("billing");
        services.AddDiscoveredClient<Dashboards.DashboardsClient>("reporting");
    }
}
