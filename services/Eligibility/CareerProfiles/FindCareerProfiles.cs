using System.Globalization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>Reads Career Profiles: one version, the latest of each, or all versions of one.</summary>
public sealed class FindCareerProfiles(EligibilityDb db, PersonalDataProtector protector)
{
    public async Task<Result<Proto.CareerProfile>> Handle(Proto.GetCareerProfileRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<CareerProfileId>("name", request.Name);
        fields.Require(request.Version >= 0, "version", "is negative; send 0 for the latest");
        if (fields.Problem is { } bad)
            return bad;
        return await Profiles().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is { } profile
            && (request.Version == 0 ? profile.Latest() : profile.Versions.FirstOrDefault(v => v.Version == request.Version)) is { } version
            ? profile.ToProto(version, protector)
            : new Problem.NotFound("career profile", request.Version == 0 ? request.Name : $"{request.Name} version {request.Version}");
    }

    public async Task<Result<Proto.ListCareerProfilesResponse>> Handle(Proto.ListCareerProfilesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"career profiles {request.Individual}");
        if (fields.Problem is { } bad)
            return bad;
        var query = Profiles();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, cancellationToken);
            query = query.Where(p => p.IndividualId == id);
        }

        var (items, next) = await query.ToPage(page, p => p.Id, cancellationToken);
        return new Proto.ListCareerProfilesResponse { CareerProfiles = { items.Select(p => p.ToProto(p.Latest(), protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListCareerProfileVersionsResponse>> Handle(
        Proto.ListCareerProfileVersionsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<CareerProfileId>("name", request.Name);
        var page = Paging.ReadByCode(fields, request.PageSize, request.PageToken, $"career profile versions {request.Name}");
        if (fields.Problem is { } bad)
            return bad;
        if (await Profiles().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } profile)
            return new Problem.NotFound("career profile", request.Name);
        var (versions, next) = profile.Versions.ToPage(page, v => v.Version.ToString("D9", CultureInfo.InvariantCulture));
        return new Proto.ListCareerProfileVersionsResponse { Versions = { versions.Select(v => profile.ToProto(v, protector)) }, NextPageToken = next };
    }

    private IQueryable<CareerProfile> Profiles() => db.CareerProfiles.AsNoTracking().Include(p => p.Versions);
}
