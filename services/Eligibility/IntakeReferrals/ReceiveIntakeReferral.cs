using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>
/// Stores a referral: one that reached the agency by itself, or one that a payer, a vocational rehabilitation agency or a state sends. Sending reads nothing of
/// the agency, so its answer does not disclose who is in care there, or whether there is such an agency.
/// </summary>
public sealed class ReceiveIntakeReferral(
    Requests requests, PolicyService policies, IntakeViews views, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.IntakeReferral>> Handle(Proto.ReceiveIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var (content, today) = IntakeReading.Read(fields, request.Content, policies, clock.GetUtcNow());
        var received = fields.OptionalDay("received_on", request.ReceivedOn);
        fields.UpTo("received_on", received, today);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.IntakeReferral>>(bad);
        if (provider != caller.Organization)
            return Task.FromResult<Result<Proto.IntakeReferral>>(new Problem.Forbidden("an agency records the referrals that reached it"));
        return requests.Run(request.RequestId, request, _ =>
        {
            var (referral, changes) = Store(provider, content, received ?? today);
            return Task.FromResult<Result<Decided<Proto.IntakeReferral>>>(
                new Decided<Proto.IntakeReferral>(views.Show(referral, null, isDetermined: false), changes));
        }, cancellationToken);
    }

    public Task<Result<Proto.SentIntakeReferral>> Handle(Proto.SendIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var (content, today) = IntakeReading.Read(fields, request.Content, policies, clock.GetUtcNow());
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.SentIntakeReferral>>(bad);
        if (!SendsFor(content.Program))
            return Task.FromResult<Result<Proto.SentIntakeReferral>>(new Problem.Forbidden("a state and its agencies refer for the programs of the state"));
        return requests.Run(request.RequestId, request, _ =>
        {
            var (referral, changes) = Store(provider, content, today);
            return Task.FromResult<Result<Decided<Proto.SentIntakeReferral>>>(new Decided<Proto.SentIntakeReferral>(referral.ToSent(), changes));
        }, cancellationToken);
    }

    private bool SendsFor(string program)
    {
        var jurisdiction = policies.Engine.Programs[program].Jurisdiction;
        return caller.Role switch
        {
            Roles.Dvrs => jurisdiction.VrAgency == caller.Organization,
            Roles.State => jurisdiction.StateAgency == caller.Organization,
            _ => true,
        };
    }

    private (IntakeReferral Referral, Changes Changes) Store(string provider, Proto.IntakeReferralContent content, DateOnly received)
    {
        Changes changes = new(clock.GetUtcNow());
        var referral = changes.Insert(new IntakeReferral
        {
            Id = IntakeReferralId.New(clock),
            Provider = provider,
            Program = content.Program,
            Sender = caller.Organization,
            Source = content.Source,
            Urgency = content.Urgency,
            State = Proto.IntakeReferralState.Received,
            ReceivedOn = received,
            Content = IntakeReferral.Encrypt(protector, content),
            Keys = IntakeKeys.Of(content, protector).All,
            RecordedAt = changes.Now,
        });
        changes.PublishMove(referral, null, received);
        return (referral, changes);
    }
}
