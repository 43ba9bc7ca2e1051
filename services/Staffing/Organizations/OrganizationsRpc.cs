using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class OrganizationsRpc(
    Lazy<CreateOrganization> create, Lazy<AcceptOrganization> accept, Lazy<CorrectOrganization> correct, Lazy<FindOrganizations> find,
    Lazy<RecordOrganizationFact> record, Lazy<FindOrganizationFacts> facts, Lazy<CheckProviderReadiness> readiness)
    : Proto.Organizations.OrganizationsBase
{
    public override async Task<Proto.Organization> CreateOrganization(Proto.CreateOrganizationRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Organization> AcceptOrganization(Proto.AcceptOrganizationRequest request, ServerCallContext context) =>
        (await accept.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Organization> GetOrganization(Proto.GetOrganizationRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListOrganizationsResponse> ListOrganizations(Proto.ListOrganizationsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Organization> CorrectOrganization(Proto.CorrectOrganizationRequest request, ServerCallContext context) =>
        (await correct.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.OrganizationFact> RecordOrganizationFact(Proto.RecordOrganizationFactRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.OrganizationFact> CorrectOrganizationFact(Proto.CorrectOrganizationFactRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.OrganizationFact> EndOrganizationFact(Proto.EndOrganizationFactRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListOrganizationFactsResponse> ListOrganizationFacts(Proto.ListOrganizationFactsRequest request, ServerCallContext context) =>
        (await facts.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListOrganizationChangesResponse> ListOrganizationChanges(Proto.ListOrganizationChangesRequest request, ServerCallContext context) =>
        (await facts.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ProviderReadiness> CheckProviderReadiness(Proto.CheckProviderReadinessRequest request, ServerCallContext context) =>
        (await readiness.Value.Handle(request, context.CancellationToken)).OrThrow();
}
