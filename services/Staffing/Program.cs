using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Platform.OpenApi;
using Ips.ServiceDefaults;
using Ips.Staffing.Caseloads;
using Ips.Staffing.Clearances;
using Ips.Staffing.Db;
using Ips.Staffing.Deadlines;
using Ips.Staffing.Decisions;
using Ips.Staffing.Incoming;
using Ips.Staffing.Meetings;
using Ips.Staffing.Members;
using Ips.Staffing.Networks;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Ips.Staffing.Training;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<StaffingDb>("staffing-db");
builder.AddProtection<StaffingDb>();
builder.AddMessaging<StaffingDb>(bus =>
{
    bus.AddGroupConsumer<CoverageConsumer>();
    bus.AddGroupConsumer<PolicyActivationsConsumer>();
    bus.AddConsumer<Discharged>();
    bus.AddConsumer<PeopleMerged>();
    bus.AddConsumer<TeamReviewed>();
    bus.AddConsumer<DeadlinePassed>();
});
builder.AddServiceClient<Determinations.DeterminationsClient>("eligibility");
builder.AddServiceClient<Standings.StandingsClient>("fidelity");
builder.AddPolicies();
builder.AddDeadlines<StaffingDb>(FindStaffDeadlines.ToEvent, FindStaffDeadlines.ToMoved);
builder.AddPersonalData();
builder.AddUseCases();
builder.Services.AddScoped<StaffRecords>().AddScoped<Gatekeeper>().AddScoped<TrainingPlan>().AddScoped<TeamSchedule>().AddScoped<ProviderClocks>()
    .AddScoped<IRetiresRecords, RetireStaff>().AddScoped<IRotatesHashes, RotateStaffKeys>();

var app = builder.Build();
if (await app.RanCommand<StaffingDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<MergesRpc>();
app.MapService<OrganizationsRpc>();
app.MapService<ContractsRpc>();
app.MapService<MembersRpc>();
app.MapService<TeamsRpc>();
app.MapService<StaffRpc>();
app.MapService<ClearancesRpc>();
app.MapService<TrainingRpc>();
app.MapService<MeetingsRpc>();
app.MapService<StaffDeadlinesRpc>();
app.MapService<CaseloadsRpc>();
app.MapService<DecisionsRpc>();
app.Run();
