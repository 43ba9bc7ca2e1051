using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class CareerProfilesRpc(WriteCareerProfile write, FindCareerProfiles find, CheckDocumentation check) : Wire.CareerProfiles.CareerProfilesBase
{
    public override async Task<Wire.CareerProfile> CreateCareerProfile(Wire.CreateCareerProfileRequest request, ServerCallContext context) =>
        (await write.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.CareerProfile> ReviseCareerProfile(Wire.ReviseCareerProfileRequest request, ServerCallContext context) =>
        (await write.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.CareerProfile> GetCareerProfile(Wire.GetCareerProfileRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListCareerProfilesResponse> ListCareerProfiles(Wire.ListCareerProfilesRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListCareerProfileVersionsResponse> ListCareerProfileVersions(Wire.ListCareerProfileVersionsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.CheckDocumentationResponse> CheckDocumentation(Wire.CheckDocumentationRequest request, ServerCallContext context) =>
        (await check.Handle(request, context.CancellationToken)).OrThrow();
}
