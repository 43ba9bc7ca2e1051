using Ips.Contracts.Staffing.V1;
using Ips.Eligibility.Appeals;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.CareerProfiles;
using Ips.Eligibility.Db;
using Ips.Eligibility.Deadlines;
using Ips.Eligibility.Decisions;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Disclosures;
using Ips.Eligibility.Documents;
using Ips.Eligibility.Feeds;
using Ips.Eligibility.Fhir;
using Ips.Eligibility.Incoming;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.IntakeReferrals;
using Ips.Eligibility.LegalHolds;
using Ips.Eligibility.PolicyReleases;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.Roster;
using Ips.Eligibility.ServiceOrders;
using Ips.Eligibility.X12Requests;
using Ips.Platform.OpenApi;
using Ips.ServiceDefaults;
using MassTransit;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<EligibilityDb>("eligibility-db");
builder.AddProtection<EligibilityDb>();
builder.AddMessaging<EligibilityDb>(bus =>
{
    bus.AddMembers();
    bus.AddGroupConsumer<OrganizationNumbers>();
    bus.AddGroupConsumer<TeamsMoved>();
    bus.AddConsumer<ActRecorded>();
    bus.AddConsumer<FactsChanged>();
    bus.AddConsumer<ClaimLineStored>();
    bus.AddConsumer<ClaimLineVoided>();
    bus.AddConsumer<ClaimLineDecided>();
    bus.AddConsumer<DecisionTimeEnded>();
    bus.AddConsumer<RequestArrived>();
});
builder.AddDeadlines<EligibilityDb>(DeadlinesProtos.ToEvent, DeadlinesProtos.ToMoved);
builder.AddPolicies();
builder.AddPersonalData();
builder.AddUseCases();
builder.AddStoredDocuments<RequestDocuments>();
builder.AddFhir();
builder.AddX12();
builder.AddServiceClient<Organizations.OrganizationsClient>("staffing");
builder.AddServiceClient<Staff.StaffClient>("staffing");
builder.Services.Configure<ReverificationOptions>(builder.Configuration.GetSection("Reverification"));
builder.Services.AddScoped<ReverifyPage>().AddSingleton<ReverifyProgram>().AddHostedService(services => services.GetRequiredService<ReverifyProgram>());
builder.Services.Configure<PolicyOptions>(builder.Configuration.GetSection("Policies"));
builder.Services.Configure<BreakGlassOptions>(builder.Configuration.GetSection("BreakGlass"));
builder.Services.AddSingleton<EligibilityRecords>().AddSingleton<IndividualReader>().AddSingleton<AuthorizationReader>().AddSingleton<ApprovedPeople>()
    .AddSingleton<AuthorizationClocks>().AddScoped<DeterminationSteps>().AddScoped<TeamIntakes>().AddScoped<ChangedResources>().AddScoped<IntakeViews>()
    .AddScoped<ReconsiderDeterminations>().AddScoped<ReconsiderServiceOrders>().AddScoped<ReconsiderAuthorizations>()
    .AddScoped<NamedDocuments>().AddScoped<SpecimenDocuments>();
builder.Services.AddScoped<IRotatesHashes, RotateIdentifiers>().AddScoped<IRetiresRecords, RetireRecords>();

var app = builder.Build();
if (await app.RanCommand<EligibilityDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<IndividualsRpc>();
app.MapService<CareerProfilesRpc>();
app.MapService<DeterminationsRpc>();
app.MapService<DecisionsRpc>();
app.MapService<PolicyReleasesRpc>();
app.MapService<ServiceOrdersRpc>();
app.MapService<AuthorizationsRpc>();
app.MapService<AppealsRpc>();
app.MapService<ReferralsRpc>();
app.MapService<DisclosuresRpc>();
app.MapService<LegalHoldsRpc>();
app.MapService<RosterRpc>();
app.MapService<IntakeReferralsRpc>();
app.MapService<DeadlinesRpc>();
app.MapService<ChangeFeedRpc>();
app.MapService<DocumentsRpc>();
app.MapStoredDocuments(Ips.Contracts.Eligibility.V1.Documents.Descriptor);
app.MapFhir();
app.MapX12();
app.Run();
