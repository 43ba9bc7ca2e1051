using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.PolicyReleases;

/// <summary>The stored activation as the contract shows it and as it is published.</summary>
internal static class PolicyActivationProtos
{
    public static Proto.PolicyActivation ToProto(this PolicyActivation activation) => new()
    {
        Name = activation.Id.Name,
        Etag = activation.Etag(),
        Program = activation.Program,
        Version = activation.PackVersion,
        Hash = activation.PackHash,
        From = activation.From.Day(),
        State = activation.Withdrawn ? Proto.PolicyActivationState.Withdrawn
            : activation.AcceptedAt is null ? Proto.PolicyActivationState.Proposed : Proto.PolicyActivationState.Accepted,
        ProposedBy = activation.ProposedBy,
        AcceptedBy = activation.AcceptedBy,
        Shadow = activation.Shadow,
        AcceptTime = activation.AcceptedAt?.ToTimestamp(),
    };

    public static void PublishMove(this Changes changes, PolicyActivation activation) => activation.ChangedAt = changes.Publish(new PolicyActivationMovedV1
    {
        PolicyActivationId = activation.Id,
        Program = activation.Program,
        PackVersion = activation.PackVersion,
        PackHash = activation.PackHash,
        From = activation.From,
        Shadow = activation.Shadow,
        Accepted = activation.AcceptedAt is not null,
        Withdrawn = activation.Withdrawn,
    }).OccurredAt;
}
