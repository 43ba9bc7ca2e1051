using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.PolicyReleases;

/// <summary>Reads the releases of programs, what differs between two of them, and the activations. A state sees the programs of its agency.</summary>
public sealed class FindPolicyReleases(EligibilityDb db, Caller caller, PolicyService policies)
{
    public Result<Proto.ListPolicyReleasesResponse> Handle(Proto.ListPolicyReleasesRequest request)
    {
        RequestValidator fields = new();
        policies.Today(fields, "program", request.Program);
        if (fields.Problem is { } bad)
            return bad;
        if (!MaySee(caller, request.Program))
            return new Problem.NotFound("program", request.Program);
        var (newest, inForce) = (PolicyEngine.Shipped.Programs[request.Program], policies.Engine.Programs[request.Program]);
        return new Proto.ListPolicyReleasesResponse
        {
            Releases =
            {
                ReleasedPacks.All.Where(r => r.Id == request.Program).Select(r => r.Pack).Append(newest).DistinctBy(p => p.Hash)
                    .OrderByDescending(p => p.Version.Length).ThenByDescending(p => p.Version, StringComparer.Ordinal).Select(pack => new Proto.PolicyRelease
                    {
                        Program = pack.Id,
                        Version = pack.Version,
                        Hash = pack.Hash,
                        InForce = pack.Hash == inForce.Hash,
                        Newest = pack.Hash == newest.Hash,
                    }),
            },
        };
    }

    public Result<Proto.DiffPolicyReleasesResponse> Handle(Proto.DiffPolicyReleasesRequest request)
    {
        RequestValidator fields = new();
        policies.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("day", request.Day);
        if (fields.Problem is { } bad)
            return bad;
        if (!MaySee(caller, request.Program))
            return new Problem.NotFound("program", request.Program);
        var from = request.FromHash.Length == 0 ? policies.Engine.Programs[request.Program] : Release(fields, "from_hash", request.Program, request.FromHash);
        var to = Release(fields, "to_hash", request.Program, request.ToHash);
        if (fields.Problem is { } unknown)
            return unknown;
        return new Proto.DiffPolicyReleasesResponse
        {
            Differences =
            {
                PackDiff.Compare(new(from!, day, $"version {from!.Version}"), new(to!, day, $"version {to!.Version}"))
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

    /// <summary>Whether the program is the caller's: a state's own, and for operations every one.</summary>
    internal static bool MaySee(Caller caller, string program) =>
        caller.Role == Roles.Ops || Sight.ProgramsOf(caller).Contains(program, StringComparer.Ordinal);

    /// <summary>The release of the program with that hash; another hash is a problem of the field.</summary>
    internal static Pack? Release(RequestValidator fields, string field, string program, string hash)
    {
        var pack = PoliciesInForce.Find(hash) is { } found && found.Id == program ? found : null;
        fields.Require(pack is not null, field, $"is no release of {program}; send a hash of ListPolicyReleases");
        return pack;
    }
}
