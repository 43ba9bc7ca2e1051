using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.Billing;

/// <summary>Eligibility's and Staffing's answers about a day of service. Requests carry the caller's token: what the caller may not see is not found.</summary>
public sealed class Coverage(
    Determinations.DeterminationsClient determinations, Contracts.Eligibility.V1.ServiceOrders.ServiceOrdersClient orders,
    Contracts.Eligibility.V1.Authorizations.AuthorizationsClient authorizations, Staff.StaffClient staff)
{
    /// <summary>Whether the person is eligible on the day, and who pays.</summary>
    public Task<Result<VerifyResponse>> Eligible(IndividualId individual, string program, DateOnly day, CancellationToken cancellationToken) =>
        Call("individual", individual.Name, () =>
            determinations.VerifyAsync(
                new() { Individual = individual.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken));

    /// <summary>The service order that counts on the day.</summary>
    public Task<Result<CheckServiceOrderResponse>> Ordered(IndividualId individual, string program, DateOnly day, CancellationToken cancellationToken) =>
        Call("individual", individual.Name, () =>
            orders.CheckServiceOrderAsync(
                new() { Individual = individual.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken));

    /// <summary>The authorization that counts on the day.</summary>
    public Task<Result<CoversResponse>> Authorized(
        IndividualId individual, string provider, string program, AuthorizationKind kind, DateOnly day, CancellationToken cancellationToken) =>
        Call("individual", individual.Name, () => authorizations.CoversAsync(
            new() { Individual = individual.Name, Provider = new OrganizationCode(provider).Name, Program = program, Kind = kind, ServiceDate = day.Day() },
                cancellationToken: cancellationToken));

    /// <summary>Whether the staff member was qualified on the day, in the role held that day.</summary>
    public Task<Result<Qualification>> Qualified(StaffMemberId member, string program, DateOnly day, CancellationToken cancellationToken) =>
        Call("staff member", member.Name, () =>
            staff.VerifyQualificationAsync(
                new() { StaffMember = member.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken));

    /// <summary>
    /// Holds units for a claim line; the line's id makes it idempotent. Eligibility assigns them when it receives the event of the stored line; otherwise it
    /// releases them.
    /// </summary>
    public Task<Result<UnitMovement>> Draw(string authorization, ClaimLineId line, DateOnly day, int units, CancellationToken cancellationToken) =>
        Call("authorization", authorization, () => authorizations.DrawUnitsAsync(
            new() { Name = authorization, ClaimLine = line.Name, ServiceDate = day.Day(), Units = units, Hold = true, RequestId = line.Value.ToString() },
                cancellationToken: cancellationToken));

    /// <summary>Releases the units of a claim line. <paramref name="requestId"/> makes it idempotent.</summary>
    public Task<Result<UnitMovement>> Release(string authorization, ClaimLineId line, string requestId, CancellationToken cancellationToken) =>
        Call("authorization", authorization, () =>
            authorizations.ReleaseUnitsAsync(
                new() { Name = authorization, ClaimLine = line.Name, RequestId = requestId }, cancellationToken: cancellationToken));

    // A service that is down is UNAVAILABLE here too, so the caller may retry; NOT_FOUND stays NOT_FOUND.
    private static async Task<Result<T>> Call<T>(string kind, string id, Func<AsyncUnaryCall<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            return new Problem.NotFound(kind, id);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable)
        {
            return new Problem.Unavailable("eligibility or staffing", TimeSpan.FromSeconds(2));
        }
    }
}
