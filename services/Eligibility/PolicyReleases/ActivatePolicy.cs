using Google.Protobuf;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.PolicyReleases;

/// <summary>Who puts policies in force: section <c>Policies</c> of the settings.</summary>
public sealed class PolicyOptions
{
    /// <summary>Codes of state agencies without people on the platform. Two people of operations put the policies of their programs in force.</summary>
    public IList<string> ByOperations { get; } = [];
}

/// <summary>One person proposes a release of a policy for a day, another one accepts it; until its day either of them, or anybody who may, withdraws it.</summary>
public sealed class ActivatePolicy(
    EligibilityDb db, Requests requests, Caller caller, PolicyService policies, PoliciesInForce inForce, KeptPacks packs, IOptions<PolicyOptions> options,
    TimeProvider clock)
{
    public Task<Result<Proto.PolicyActivation>> Handle(Proto.ProposePolicyActivationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var from = fields.Day("from", request.From);
        fields.Require(today == default || from == default || from > today, "from", $"is not after today, {today.Day()}; every service has to know it before its day");
        var pack = packs.ReleasesOf(request.Program).FirstOrDefault(p => p.Hash == request.Hash);
        fields.Require(today == default || pack is not null, "hash", $"is no release of {request.Program}; send a hash of ListPolicyReleases");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.PolicyActivation>>(bad);
        if (Refused(request.Program) is { } refused)
            return Task.FromResult<Result<Proto.PolicyActivation>>(refused);
        return requests.Run<Proto.PolicyActivation>(request.RequestId, request, async s =>
        {
            // read
            if (await db.PolicyActivations.AsNoTracking().FirstOrDefaultAsync(a => a.Program == request.Program && a.From == from && a.Shadow == request.Shadow
                && !a.Withdrawn, s) is { } other)
                return new Problem.Exists("policy activation", $"{other.Id.Name}, for the same day; withdraw it first");

            // write
            Changes changes = new(clock.GetUtcNow());
            var activation = changes.Insert(new PolicyActivation
            {
                Id = PolicyActivationId.New(clock),
                Program = request.Program,
                PackVersion = pack!.Version,
                PackHash = pack.Hash,
                From = from,
                Shadow = request.Shadow,
                ProposedBy = caller.Subject,
                ProposedByIssuer = caller.Issuer,
            });
            changes.PublishMove(activation);
            return new Decided<Proto.PolicyActivation>(activation.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.PolicyActivation>> Handle(Proto.AcceptPolicyActivationRequest request, CancellationToken cancellationToken) =>
        Change(request.Name, request.Etag, request.RequestId, request, (activation, now) =>
        {
            if (activation.AcceptedAt is not null)
                return new Problem.Conflict("policy activation", "was accepted");
            if ((activation.ProposedBy, activation.ProposedByIssuer) == (caller.Subject, caller.Issuer))
                return new Problem.Forbidden("a policy is accepted by another person than the one who proposed it");
            (activation.AcceptedBy, activation.AcceptedByIssuer, activation.AcceptedAt) = (caller.Subject, caller.Issuer, now);
            return null;
        }, cancellationToken);

    public Task<Result<Proto.PolicyActivation>> Handle(Proto.WithdrawPolicyActivationRequest request, CancellationToken cancellationToken) =>
        Change(request.Name, request.Etag, request.RequestId, request, (activation, _) =>
        {
            activation.Withdrawn = true;
            return null;
        }, cancellationToken);

    private async Task<Result<Proto.PolicyActivation>> Change(string name, string etag, string requestId, IMessage request,
        Func<PolicyActivation, DateTimeOffset, Problem?> change, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<PolicyActivationId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        var answer = await requests.Run<Proto.PolicyActivation>(requestId, request, async s =>
        {
            // read
            if (await db.PolicyActivations.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is not { } activation)
                return new Problem.NotFound("policy activation", name);

            // decide
            if (Refused(activation.Program) is { } refused)
                return refused;
            if (!activation.Expects(etag))
                return new Problem.Stale("policy activation", name);
            if (activation.Withdrawn)
                return new Problem.Conflict("policy activation", "was withdrawn; propose the release again");
            var endsShadow = activation.Shadow && request is Proto.WithdrawPolicyActivationRequest;
            if (!endsShadow && activation.From <= policies.Today(activation.Program))
                return new Problem.Conflict("policy activation", $"its day, {activation.From.Day()}, has come; propose a release for a later day");
            Changes changes = new(clock.GetUtcNow());
            if (change(activation, changes.Now) is { } wrong)
                return wrong;

            // write
            changes.Update(activation);
            changes.PublishMove(activation);
            return new Decided<Proto.PolicyActivation>(activation.ToProto(), changes);
        }, cancellationToken);
        inForce.Changed();
        return answer;
    }

    private Problem? Refused(string program)
    {
        if (!policies.MaySee(caller, program))
            return new Problem.NotFound("program", program);
        if (!caller.IsPerson)
            return new Problem.Forbidden("a policy is put in force by people who signed in, not by a program");
        var agency = policies.Engine.Programs[program].Jurisdiction.StateAgency;
        return caller.Role == Roles.State || options.Value.ByOperations.Contains(agency) ? null
            : new Problem.Forbidden($"people of {agency} put the policies of {program} in force; operations do where Policies:ByOperations names the agency");
    }
}
