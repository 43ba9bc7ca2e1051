using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Networks;

/// <summary>The stored contract as the contract shows it and as it is published.</summary>
internal static class ContractsProtos
{
    public static Proto.Contract ToProto(this Contract contract) => new()
    {
        Name = contract.Id.Name,
        Etag = contract.Etag(),
        Payer = new OrganizationCode(contract.Payer).Name,
        Provider = new OrganizationCode(contract.Provider).Name,
        Program = contract.Program,
        From = contract.From.Day(),
        Through = contract.Through.Day(),
        Accepted = contract.Accepted,
    };

    public static void PublishMove(this Changes changes, Contract contract) => contract.ChangedAt = changes.Publish(new ContractMovedV1
    {
        ContractId = contract.Id,
        Payer = contract.Payer,
        Provider = contract.Provider,
        Program = contract.Program,
        From = contract.From,
        Through = contract.Through,
        Accepted = contract.Accepted,
    }).OccurredAt;
}
