using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class CareerProfilesRpc(
    Lazy<WriteCareerProfile> write, Lazy<FindCareerProfiles> find, Lazy<CheckDocumentation> check)
    : Proto.CareerProfiles.CareerProfilesBase
{
    public override async Task<Proto.CareerProfile> CreateCareerProfile(Proto.CreateCareerProfileRequest request, ServerCallContext context) =>
        (await write.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CareerProfile> ReviseCareerProfile(Proto.ReviseCareerProfileRequest request, ServerCallContext context) =>
        (await write.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CareerProfile> GetCareerProfile(Proto.GetCareerProfileRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListCareerProfilesResponse> ListCareerProfiles(Proto.ListCareerProfilesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListCareerProfileVersionsResponse> ListCareerProfileVersions(
        Proto.ListCareerProfileVersionsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CheckDocumentationResponse> CheckDocumentation(Proto.CheckDocumentationRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();
}
