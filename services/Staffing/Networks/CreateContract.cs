using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.Organizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Networks;

/// <summary>Records a contract: accepted when operations records it, a proposal when the payer does.</summary>
public sealed class CreateContract(StaffingDb db, Requests requests, Caller caller, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Contract>> Handle(Proto.CreateContractRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.Contract ?? new();
        var payer = fields.Organization("contract.payer", given.Payer);
        var provider = fields.Organization("contract.provider", given.Provider);
        policies.Today(fields, "contract.program", given.Program);
        var from = fields.Day("contract.from", given.From);
        var through = fields.OptionalDay("contract.through", given.Through);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Contract>>(bad);
        if (caller.Role == Roles.Mco && payer != caller.Organization)
            return Task.FromResult<Result<Proto.Contract>>(new Problem.Forbidden("a payer records contracts of its own"));
        Contract contract = new()
        {
            Id = ContractId.New(clock),
            Payer = payer,
            Provider = provider,
            Program = given.Program,
            From = from,
            Through = through,
            Accepted = caller.Role == Roles.Ops,
        };
        return requests.Run(request.RequestId, request, s => Create(contract, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Contract>>> Create(Contract contract, CancellationToken cancellationToken)
    {
        // read
        var parties = await db.Organizations.AsNoTracking().Where(o => (o.Code == contract.Payer || o.Code == contract.Provider)
            && o.State == Proto.OrganizationState.Active).ToDictionaryAsync(o => o.Code, cancellationToken);
        var kinds = policies.Engine.Programs[contract.Program].Jurisdiction.PayerKinds;
        if (!parties.TryGetValue(contract.Payer, out var payer) || !kinds.Contains(WireCode.Lower(payer.Kind)!))
        {
            return new Problem.Invalid(
                "contract.payer", $"is not on file as a payer of {contract.Program}; register one of kind {string.Join(", ", kinds)} first");
        }

        if (parties.GetValueOrDefault(contract.Provider)?.Kind != Proto.OrganizationKind.Provider)
            return new Problem.Invalid("contract.provider", "is not a provider on file; register the organization first");
        if (await db.Contracts.AsNoTracking().FirstOrDefaultAsync(c => c.Payer == contract.Payer && c.Provider == contract.Provider
            && c.Program == contract.Program && (c.Through == null || c.Through >= contract.From) && (contract.Through == null || c.From <= contract.Through),
            cancellationToken) is { } other)
            return new Problem.Exists("contract", other.Id.Name);

        // write
        Changes changes = new(clock.GetUtcNow());
        changes.Insert(contract);
        changes.PublishMove(contract);
        return new Decided<Proto.Contract>(contract.ToProto(), changes);
    }
}
