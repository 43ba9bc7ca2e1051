using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.PolicyReleases;

/// <summary>Reads the releases of programs, what differs between two of them, and the activations. A state sees the programs of its agency.</summary>
public sealed class FindPolicyReleases(EligibilityDb db, Caller caller, PolicyService policies, PoliciesInForce inForce, KeptPacks packs)
{
    // 2021.10 is after 2021.9.
    private const int LongestVersion = 12;

    public Result<Proto.ListPolicyReleasesResponse> Handle(Proto.ListPolicyReleasesRequest request)
    {
        RequestValidator fields = new();
        var page = Paging.ReadByCode(fields, request);
        if (request.Program.Length > 0)
            policies.Today(fields, "program", request.Program);
        if (fields.Problem is { } bad)
            return bad;
        if (request.Program.Length > 0 && !policies.MaySee(caller, request.Program))
            return new Problem.NotFound("program", request.Program);
        var (items, next) = policies.Engine.Programs.Keys
            .Where(program => request.Program.Length > 0 ? program == request.Program : policies.MaySee(caller, program)).SelectMany(ReleasesOf)
            .ToPage(page, pack => $"{pack.Id}/{pack.Version.PadLeft(LongestVersion)}/{pack.Hash[..12]}");
        return new Proto.ListPolicyReleasesResponse { Releases = { items.Select(ToProto) }, NextPageToken = next };
    }

    public Result<Proto.DiffPolicyReleasesResponse> Handle(Proto.DiffPolicyReleasesRequest request)
    {
        RequestValidator fields = new();
        policies.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("day", request.Day);
        if (fields.Problem is { } bad)
            return bad;
        if (!policies.MaySee(caller, request.Program))
            return new Problem.NotFound("program", request.Program);
        var from = request.FromHash.Length == 0 ? policies.Engine.Programs[request.Program]
            : Find(fields, "from_hash", request.Program, request.FromHash);
        var to = Find(fields, "to_hash", request.Program, request.ToHash);
        if (from is null || to is null)
            return fields.Problem!;
        return new Proto.DiffPolicyReleasesResponse
        {
            From = ToProto(from),
            To = ToProto(to),
            Differences =
            {
                PackDiff.Compare(new(from, day, $"version {from.Version}"), new(to, day, $"version {to.Version}"))
                    .Select(d => new Proto.PolicyDifference { Subject = d.Subject, RuleId = d.Rule, Difference = d.Difference }),
            },
        };
    }

    public async Task<Result<Proto.ListPolicyActivationsResponse>> Handle(Proto.ListPolicyActivationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.PolicyActivations.AsNoTracking().ToPage(page, a => a.Id, cancellationToken);
        return new Proto.ListPolicyActivationsResponse { PolicyActivations = { items.Select(a => a.ToProto()) }, NextPageToken = next };
    }

    private IEnumerable<Pack> ReleasesOf(string program) => packs.ReleasesOf(program).Append(PolicyEngine.Shipped.Programs[program])
        .Append(policies.Engine.Programs[program]).DistinctBy(p => p.Hash);

    private Proto.PolicyRelease ToProto(Pack pack) => new()
    {
        Program = pack.Id,
        Version = pack.Version,
        Hash = pack.Hash,
        InForce = pack.Hash == policies.Engine.Programs[pack.Id].Hash,
        Newest = pack.Hash == PolicyEngine.Shipped.Programs[pack.Id].Hash,
        InShadow = inForce.IsInShadow(pack),
    };

    private Pack? Find(RequestValidator fields, string field, string program, string hash)
    {
        var pack = packs.Find(hash) is { } found && found.Id == program ? found : null;
        fields.Require(pack is not null, field, $"is no release of {program}; send a hash of ListPolicyReleases");
        return pack;
    }
}
