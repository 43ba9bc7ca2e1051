using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>Reads Career Profiles: one version, the latest of each, or all versions of one.</summary>
public sealed class FindCareerProfiles(EligibilityDb db, Particulars particulars)
{
    public async Task<Result<Wire.CareerProfile>> Handle(Wire.GetCareerProfileRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<CareerProfileId>("name", ask.Name, "careerProfiles/{uuid}", CareerProfileId.TryParse);
        fields.Require(ask.Version >= 0, "version", "is negative; send 0 for the latest");
        if (fields.Problem is { } bad)
            return bad;
        return await Profiles().SingleOrDefaultAsync(p => p.Id == id, stop) is { } profile
            && (ask.Version == 0 ? profile.Latest() : profile.Versions.FirstOrDefault(v => v.Version == ask.Version)) is { } version
            ? profile.ToWire(version, particulars)
            : new Problem.NotFound("career profile", ask.Version == 0 ? ask.Name : $"{ask.Name} version {ask.Version}");
    }

    public async Task<Result<Wire.ListCareerProfilesResponse>> Handle(Wire.ListCareerProfilesRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"career profiles {ask.Individual}");
        if (fields.Problem is { } bad)
            return bad;
        var query = Profiles();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, stop);
            query = query.Where(p => p.IndividualId == id);
        }

        if (page.After is { } last)
            query = query.Where(p => ((Guid)(object)p.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(p => p.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListCareerProfilesResponse reply = new() { NextPageToken = page.Cut(found, p => p.Id.Value) };
        reply.CareerProfiles.AddRange(found.Select(p => p.ToWire(p.Latest(), particulars)));
        return reply;
    }

    public async Task<Result<Wire.ListCareerProfileVersionsResponse>> Handle(Wire.ListCareerProfileVersionsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<CareerProfileId>("name", ask.Name, "careerProfiles/{uuid}", CareerProfileId.TryParse);
        var page = Paging.ReadByCode(fields, ask.PageSize, ask.PageToken, $"career profile versions {ask.Name}");
        if (fields.Problem is { } bad)
            return bad;
        if (await Profiles().SingleOrDefaultAsync(p => p.Id == id, stop) is not { } profile)
            return new Problem.NotFound("career profile", ask.Name);
        var versions = profile.Versions.OrderBy(v => v.Version).Where(v => page.AfterCode is not { } last || string.CompareOrdinal(Key(v), last) > 0).Take(page.Size + 1).ToList();
        Wire.ListCareerProfileVersionsResponse reply = new() { NextPageToken = page.CutByCode(versions, Key) };
        reply.Versions.AddRange(versions.Select(v => profile.ToWire(v, particulars)));
        return reply;
    }

    private static string Key(CareerProfileVersion version) => version.Version.ToString("D9", System.Globalization.CultureInfo.InvariantCulture);

    private IQueryable<CareerProfile> Profiles() => db.CareerProfiles.AsNoTracking().Include(p => p.Versions);
}
