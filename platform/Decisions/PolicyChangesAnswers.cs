using Ips.Contracts;
using Ips.Policies;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>What another release changes in the stored decisions of a service, the same in every service that stores decisions. A state asks about its own programs.</summary>
public sealed class PolicyChangesAnswers(Caller caller, PolicyService policies, KeptPacks packs, ComparedDecisions compared, ShadowAnswers shadows)
{
    /// <summary>Takes the stored decisions again by a release; the last message is complete.</summary>
    public async Task Simulate(Proto.SimulatePoliciesRequest request, Func<Proto.PolicyChanges, Task> answer, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var since = fields.OptionalDay("since", request.Since);
        var release = Release(fields, request.Program, request.Hash).OrThrow();
        var from = since is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : default;
        var report = await compared.Simulate(new([release]), request.Program, from, interim => answer(interim.ToProto(complete: false)), cancellationToken);
        await answer(report.ToProto(complete: true));
    }

    /// <summary>Where the answers of a release in shadow differ.</summary>
    public async Task<Proto.PolicyChanges> Report(Proto.ReportShadowRequest request, CancellationToken cancellationToken)
    {
        var release = Release(new(), request.Program, request.Hash).OrThrow();
        return (await shadows.Report(request.Program, release.Hash, cancellationToken)).ToProto(complete: true);
    }

    private Result<Pack> Release(RequestValidator fields, string program, string hash)
    {
        policies.Today(fields, "program", program);
        if (fields.Problem is { } bad)
            return bad;
        if (!policies.MaySee(caller, program))
            return new Problem.NotFound("program", program);
        var pack = packs.Find(hash) is { } found && found.Id == program ? found : null;
        fields.Require(pack is not null, "hash", $"is no release of {program}; send a hash of ListPolicyReleases");
        return fields.Problem is { } unknown ? unknown : pack!;
    }
}
