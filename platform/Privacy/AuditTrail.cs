using System.Diagnostics;
using Ips.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// What is seen and changed of people while one request is answered. Writes are stored with the change itself, reads before the answer leaves;
/// a person counts once per request.
/// </summary>
public sealed class AuditTrail(AuditWriter writer, Caller caller, ServiceIdentity service, TimeProvider clock, IHttpContextAccessor http)
{
    // A stream of a million people is noted in constant memory: above this, a person may be recorded twice.
    private const int Remembered = 10_000;
    private readonly HashSet<Guid> _noted = [];
    private readonly Lock _turn = new();

    /// <summary>The break-glass disclosure that this request reads under, if any.</summary>
    public Guid? Disclosure { get; set; }

    /// <summary>
    /// Records that these people's records are shown to the caller, in one entry; completes when it is stored. A streaming rpc calls it before each item.
    /// </summary>
    public Task Read(IEnumerable<IndividualId> people, CancellationToken cancellationToken)
    {
        return New("read", people.Select(p => p.Value)) is { } entry ? writer.Write(entry, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Records that the caller named something about this person that it may not see; completes when it is stored.</summary>
    public Task Refused(IndividualId person, CancellationToken cancellationToken) => writer.Write(Entry("refused", [person.Value]), cancellationToken);

    /// <summary>
    /// Stores the entry of a change that statements of a transaction make, in that transaction. What a save or a use case changes is recorded without it.
    /// </summary>
    public async Task Store(DbContext db, string action, IEnumerable<Guid> people, CancellationToken cancellationToken)
    {
        if (New(action, people) is not { } entry)
            return;
        if (db.Database.CurrentTransaction is not { } transaction)
            throw new InvalidOperationException("A change of a person's rows needs a transaction: its audit entry is stored with it, or neither is.");
        await using NpgsqlBatch batch = new((NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)transaction.GetDbTransaction());
        batch.BatchCommands.Add(AuditInsert.Of([entry]));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The entry to store for these people; those read before are left out. Null when none is left.</summary>
    internal AuditEntry? New(string action, IEnumerable<Guid> people)
    {
        List<Guid> noted = [];
        lock (_turn)
        {
            if (_noted.Count >= Remembered)
                _noted.Clear();
            foreach (var person in people)
            {
                // A change is stored each time, because the previous one may have been rolled back. A changed record need not be recorded as read too.
                if (!_noted.Add(person) && action == "read")
                    continue;
                noted.Add(person);
            }
        }

        return noted.Count == 0 ? null : Entry(action, noted);
    }

    private AuditEntry Entry(string action, IReadOnlyList<Guid> people)
    {
        var request = http.HttpContext;
        var rpc = request?.GetEndpoint()?.Metadata.GetMetadata<Grpc.AspNetCore.Server.GrpcMethodMetadata>()?.Method.FullName.TrimStart('/')
            ?? request?.Request.Path.Value ?? "background";
        return new()
        {
            At = clock.GetUtcNow(),
            Context = caller.Role.Length == 0
                ? new(action, "service", Tokens.OwnOrganization, service.Name, rpc)
                : new(action, caller.Role, caller.Organization, caller.Subject, rpc),
            People = people,
            Disclosure = Disclosure,
            Trace = Activity.Current is { } trace ? Guid.ParseExact(trace.TraceId.ToHexString(), "N") : null,
        };
    }
}
