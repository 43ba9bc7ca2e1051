namespace Ips.Simulation.Hosting;

/// <summary>Where a fault may act: between any two steps of a call that another process could see.</summary>
internal enum FaultPoint
{
    /// <summary>A service decided and has not written.</summary>
    BeforeWrite,

    /// <summary>A service has written and not answered.</summary>
    AfterWrite,

    /// <summary>A service is about to call another one.</summary>
    BeforeCall,

    /// <summary>Another service has answered, and the caller has not received it.</summary>
    AfterCall,
}

/// <summary>What happens at a point.</summary>
internal enum Fault
{
    None,

    /// <summary>The service dies; its caller receives no answer.</summary>
    Crash,

    /// <summary>The answer of another service is lost: the service that called it sees UNAVAILABLE.</summary>
    LostAnswer,

    /// <summary>Another request is answered completely in between.</summary>
    Interleave,
}

/// <summary>The service died at this point.</summary>
internal sealed class ServiceCrashed(string service, FaultPoint point) : Exception($"{service} crashed, {point}")
{
    public string Service => service;
}

/// <summary>The fault of the call under way: what happens at which of its points. A call passes 2 points a write and 2 a call to another service.</summary>
/// <remarks>It acts only in the flow that planned it, not in consumers that run beside it.</remarks>
internal sealed class FaultPlan
{
    private readonly AsyncLocal<FaultPlan?> here = new();
    private Fault fault;
    private int left;
    private Func<Task>? between;

    /// <summary>Whether the fault of the last call acted.</summary>
    public string? Acted { get; private set; }

    /// <summary>Plans the fault of the next call, at its n-th point from 0. It acts at most once.</summary>
    public void Plan(Fault planned, int atPoint, Func<Task>? other = null)
    {
        here.Value = this;
        (fault, left, between, Acted) = (planned, atPoint, other, null);
    }

    /// <summary>The call under way passes a point.</summary>
    public async Task Pass(string service, FaultPoint point)
    {
        if (here.Value is null || fault == Fault.None || left-- > 0)
            return;
        var now = fault;
        fault = Fault.None;
        if (now == Fault.LostAnswer && point is not FaultPoint.AfterCall)
        {
            // Only a call between services has an answer to lose; wait for the next one.
            (fault, left) = (now, 0);
            return;
        }

        Acted = $"{now} {service} {point}";
        if (now == Fault.Interleave)
            await between!();
        else if (now == Fault.LostAnswer)
            throw new Grpc.Core.RpcException(new(Grpc.Core.StatusCode.Unavailable, "the answer is lost"));
        else
            throw new ServiceCrashed(service, point);
    }
}
