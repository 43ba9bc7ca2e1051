using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class OrganizationsRpc(Lazy<CreateOrganization> create, Lazy<AcceptOrganization> accept, Lazy<FindOrganizations> find)
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
}
