using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.DbTool;

/// <summary>
/// <c>reconcile</c>: lists what services know of another one that its database does not hold, which is what it lost when it was restored. Two kinds: resources
/// that rows of others name, such as the authorization of a claim line, and events that others consumed. Both follow from the models of the services, so a new
/// table needs no line here. It prints ids, types, tables and numbers, nothing about a person.
/// </summary>
internal sealed class Reconciliation(IServiceProvider services, TextWriter output)
{
    // Events are kept for 120 days, inbox rows too; between them no day may be missing.
    private const string Consumed =
        "select message_id, string_agg(distinct consumer, ', ' order by consumer) from inbox_rows where received_at > now() - interval '90 days' group by 1";

    private const string Facts =
        "select distinct event_id, type, subject, sequence from event_facts where event_id = any($1)";

    private const int Page = 10_000;

    private sealed record Service(string Name, IModel Model, NpgsqlDataSource Database);

    /// <summary>A column of ids, or of texts that are resource names.</summary>
    private sealed record Column(Service Service, Type Id, string Table, string Name, bool HoldsNames = false)
    {
        public string Value => HoldsNames ? $"substring(\"{Name}\" from '[0-9a-f-]{{36}}$')::uuid" : $"\"{Name}\"";
    }

    /// <summary>Compares all databases.</summary>
    /// <returns>0 when nothing is lost, 1 when something is, 2 when a connection string is missing.</returns>
    public async Task<int> RunAsync()
    {
        if (Open() is not { } all)
            return 2;
        var lost = 0;
        foreach (var (id, owner) in Owners(all))
            lost += await ReportResources(id, owner, all.Where(service => service != owner.Service));
        lost += await ReportEvents(all);
        await output.WriteLineAsync(lost == 0 ? "Nothing is lost." : $"{lost} resources and events are lost.");
        return lost == 0 ? 0 : 1;
    }

    private List<Service>? Open()
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var contexts = ServiceContexts.Find().Select(context => (Type: context, Name: context.Assembly.GetName().Name!.ToLowerInvariant())).ToList();
        var missing = contexts.Select(context => $"{context.Name}-db").Where(name => configuration.GetConnectionString(name) is null).ToList();
        if (missing.Count > 0)
        {
            output.WriteLine(string.Join('\n', missing.Select(name => $"The connection string \"{name}\" is missing; set ConnectionStrings__{name}.")));
            return null;
        }

        using var scope = services.CreateScope();
        return [.. contexts.Select(context => new Service(
            context.Name, ((DbContext)scope.ServiceProvider.GetRequiredService(context.Type)).Model,
            NpgsqlDataSource.Create(configuration.GetConnectionString($"{context.Name}-db")!)))];
    }

    // The service whose table has the id as its key. A resource of which others keep copies, as of contracts, has no single one; its events show what is lost.
    private static IEnumerable<(Type Id, Column Owner)> Owners(IEnumerable<Service> all) => all
        .SelectMany(service => service.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null)
            .Select(entity => (Service: service, Entity: entity, Key: entity.FindPrimaryKey()?.Properties)))
        .Where(table => table.Key is [{ Name: "Id" } key] && ResourceIds.Types.Contains(key.ClrType))
        .GroupBy(table => table.Key![0].ClrType).Where(tables => tables.Count() == 1)
        .Select(tables => (tables.Key, new Column(tables.Single().Service, tables.Key, tables.Single().Entity.GetTableName()!, "id")));

    private static IEnumerable<Column> References(Service service, Type id) => service.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null)
        .SelectMany(entity => entity.GetProperties()
            .Where(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == id || IsName(property, id))
            .Select(property => new Column(service, id, entity.GetTableName()!, property.GetColumnName(), IsName(property, id))));

    // A text named like the resource holds its name, as Authorization of a claim line does.
    private static bool IsName(IProperty property, Type id) => property.ClrType == typeof(string) && property.Name + "Id" == id.Name;

    private async Task<int> ReportResources(Type id, Column owner, IEnumerable<Service> others)
    {
        SortedDictionary<Guid, List<string>> lost = [];
        foreach (var column in others.SelectMany(other => References(other, id)))
        {
            var named = await Read(column.Service, $"select {column.Value}, count(*)::text from {column.Table} where {column.Value} is not null group by 1");
            foreach (var missing in await Missing(owner.Service, owner.Table, named.Keys))
            {
                lost.TryAdd(missing, []);
                lost[missing].Add($"{named[missing]} in {column.Service.Name}.{column.Table}.{column.Name}");
            }
        }

        foreach (var (missing, known) in lost)
            await output.WriteLineAsync($"{owner.Service.Name} lost {ResourceName.Of(ResourceIds.CollectionOf(id)!, missing)}: {string.Join(", ", known)}");
        return lost.Count;
    }

    private async Task<int> ReportEvents(List<Service> all)
    {
        SortedDictionary<Guid, List<string>> consumed = [];
        foreach (var service in all)
        {
            foreach (var (message, consumer) in await Read(service, Consumed))
            {
                consumed.TryAdd(message, []);
                consumed[message].Add(consumer);
            }
        }

        HashSet<Guid> lost = [.. consumed.Keys];
        foreach (var service in all)
            lost = await Missing(service, "outbox_rows", lost);
        var facts = await Described(all, lost);
        foreach (var message in lost.Order())
            await output.WriteLineAsync($"lost event {message}{facts.GetValueOrDefault(message)}: consumed by {string.Join(", ", consumed[message])}");
        return lost.Count;
    }

    // Reporting stores what an event was about; another consumer only that it consumed it.
    private static async Task<Dictionary<Guid, string>> Described(IEnumerable<Service> all, IEnumerable<Guid> events)
    {
        var reporting = all.Single(service => service.Model.GetEntityTypes().Any(entity => entity.GetTableName() == "event_facts"));
        Dictionary<Guid, string> facts = [];
        await using var command = reporting.Database.CreateCommand(Facts);
        command.Parameters.Add(new() { Value = events.ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            facts[reader.GetGuid(0)] = $" {reader.GetString(1)} {reader.GetString(2)} {reader.GetInt64(3)}";
        return facts;
    }

    private static async Task<Dictionary<Guid, string>> Read(Service service, string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        Dictionary<Guid, string> rows = [];
        while (await reader.ReadAsync())
            rows[reader.GetGuid(0)] = reader.GetString(1);
        return rows;
    }

    private static async Task<HashSet<Guid>> Missing(Service service, string table, IEnumerable<Guid> ids)
    {
        HashSet<Guid> missing = [];
        foreach (var page in ids.Chunk(Page))
        {
            await using var command = service.Database.CreateCommand(
                $"select id from unnest($1) as named (id) where not exists (select from {table} t where t.id = named.id)");
            command.Parameters.Add(new() { Value = page });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                missing.Add(reader.GetGuid(0));
        }

        return missing;
    }
}
