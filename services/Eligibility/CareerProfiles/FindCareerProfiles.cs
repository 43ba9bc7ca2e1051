using System.Globalization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>Reads Career Profiles: one version, the latest of each, or all versions of one.</summary>
public sealed class FindCareerProfiles(
    EligibilityDb db, IndividualReader people, Caller caller, PersonalDataProtector protector, TimeProvider clock)
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
            ? await Show(profile, version, cancellationToken)
            : new Problem.NotFound("career profile", request.Version == 0 ? request.Name : $"{request.Name} version {request.Version}");
    }

    public async Task<Result<Proto.ListCareerProfilesResponse>> Handle(Proto.ListCareerProfilesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(individual, cancellationToken);
        var (payer, since) = (filters.Organization("payer"), filters.Instant("updated_since"));
        var (items, next) = await filters.Of(Profiles()).When("individual", p => p.IndividualId == person).By("provider", p => p.Provider)
            .When("payer", p => p.Individual!.Payers.Contains(payer)).When("updated_since", p => p.Versions.Any(v => v.RecordedAt >= since))
            .ToPage(p => p.Id, cancellationToken);
        var shown = await Task.WhenAll(items.Select(p => Show(p, p.Latest(), cancellationToken)));
        return new Proto.ListCareerProfilesResponse { CareerProfiles = { shown }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListCareerProfileVersionsResponse>> Handle(
        Proto.ListCareerProfileVersionsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<CareerProfileId>("name", request.Name);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await Profiles().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } profile)
            return new Problem.NotFound("career profile", request.Name);
        var (versions, next) = profile.Versions.ToPage(page, v => v.Version.ToString("D9", CultureInfo.InvariantCulture));
        var shown = await Task.WhenAll(versions.Select(v => Show(profile, v, cancellationToken)));
        return new Proto.ListCareerProfileVersionsResponse { Versions = { shown }, NextPageToken = next };
    }

    private async Task<Proto.CareerProfile> Show(CareerProfile profile, CareerProfileVersion version, CancellationToken cancellationToken)
    {
        var withheld = caller.Role != Roles.Provider
            && (await people.Find(caller, profile.IndividualId, cancellationToken) is not { } individual
                || Redisclosure.To(caller, clock).WithholdsTexts(individual));
        return profile.ToProto(version, protector, withheld);
    }

    private IQueryable<CareerProfile> Profiles() => db.CareerProfiles.AsNoTracking().Include(p => p.Versions);
}
