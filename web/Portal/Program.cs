using Ips.Portal;
using Ips.Portal.Components;
using Ips.Portal.Reporting;
using Ips.Portal.SignIn;

var builder = WebApplication.CreateBuilder(args);
// Container engines hand secrets over as files, named like the variables: Authentication__ClientSecret.
if (builder.Configuration["Secrets:Directory"] is { Length: > 0 } secrets)
    builder.Configuration.AddKeyPerFile(secrets, optional: false);
builder.Services.AddSingleton(TimeProvider.System);
builder.AddTelemetry();
builder.AddSignIn();
builder.AddReporting();
builder.Services.AddHealthChecks();
builder.Services.AddRazorComponents();

var app = builder.Build();
if (!app.Environment.IsDevelopment())
    app.UseHsts();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseAuthentication();
app.UsePageHeaders();
app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=3600" });
app.UseRouting();
app.UseAuthorization();
app.UseAntiforgery();
app.MapHealthChecks("/health").AllowAnonymous();
app.MapSignIn();
app.MapRazorComponents<App>();
app.Run();
