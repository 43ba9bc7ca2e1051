namespace Ips.Simulation.Hosting;

/// <summary>What a use case stored.</summary>
/// <param name="Service">The service.</param>
/// <param name="Caller">Whose rights it had.</param>
/// <param name="Changes">The rows and events.</param>
internal sealed record Stored(string Service, Caller Caller, Changes Changes);

/// <summary>Writes by another writer, lets the plan of faults act before and after, and notes what was stored.</summary>
internal sealed class FaultyWriter(string service, IChangesWriter writer, World world) : IChangesWriter
{
    public SemaphoreSlim Again(Caller caller) => new(1);

    public async Task<Written> Write(Caller caller, Changes changes, CancellationToken cancellationToken)
    {
        await world.Faults.Pass(service, FaultPoint.BeforeWrite);
        var written = await writer.Write(caller, changes, cancellationToken);
        if (written == Written.Stored)
        {
            // Real consumers write on threads of their own.
            Stored stored = new(service, caller, changes);
            world.Note(stored);
            if (world.WhenStored is { } check)
                await check(stored);
        }

        await world.Faults.Pass(service, FaultPoint.AfterWrite);
        return written;
    }
}
