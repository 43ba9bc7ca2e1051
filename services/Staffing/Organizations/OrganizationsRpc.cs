using Grpc.Core;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class OrganizationsRpc(CreateOrganization create, FindOrganizations find) : Wire.Organizations.OrganizationsBase
{
    public override async Task<Wire.Organization> CreateOrganization(Wire.CreateOrganizationRequest request, ServerCallContext context) =>
        (await create.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Organization> GetOrganization(Wire.GetOrganizationRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListOrganizationsResponse> ListOrganizations(Wire.ListOrganizationsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
