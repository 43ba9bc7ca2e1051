using Ips.AppHost;
using Ips.AppHost.Commands;

// The parts of the platform, and which service calls which.
return await CommandLine.RunAsync(args, options =>
{
    var builder = PlatformHost.CreateBuilder(options);
    var keys = options.Publish ? null : PersonalDataKeys.In(options.Data);
    var issuer = options.Publish ? null : SandboxIssuer.Starting(options.Data, builder.Configuration);
    IServiceSettings settings = keys is null || issuer is null ? new DeploymentSettings(builder) : new SandboxSettings(issuer, keys, options.Data);

    // PostgreSQL with a database per service, and RabbitMQ.
    var servers = new Servers(builder, options);
    var services = new Services(builder, servers, settings);

    // A service, and the services that it calls.
    var reporting = services.Add<Projects.Reporting>("reporting");
    var staffing = services.Add<Projects.Staffing>("staffing");
    var fidelity = services.Add<Projects.Fidelity>("fidelity", staffing);
    var eligibility = services.Add<Projects.Eligibility>("eligibility", staffing);
    services.Call(staffing, eligibility, fidelity);
    var billing = services.Add<Projects.Billing>("billing", eligibility, staffing);

    // The pages, and where people sign in: in the sandbox its own issuer, elsewhere the organization's.
    var portal = services.AddPortal<Projects.Portal>("portal", eligibility, staffing, fidelity, billing, reporting);
    if (keys is null || issuer is null) return builder;
    services.AddIssuer<Projects.SandboxIdentity>(issuer, options.Data, portal);

    // The commands of the dashboard besides start and stop.
    services.AddCommand<Projects.Eligibility>("eligibility", "rotate-keys");
    services.AddCommand<Projects.Staffing>("staffing", "rotate-keys");
    services.AddCommand<Projects.Billing>("billing", "rotate-keys");
    services.AddCommand<Projects.Reporting>("reporting", "rotate-keys");
    LoadSandbox.AddTo(eligibility, options.Data);
    servers.AddCommands(["eligibility", "staffing", "billing", "reporting"], keys);
    return builder;
});
